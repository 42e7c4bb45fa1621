namespace ClaudeBot.GitHub;

/// <summary>Where GitHub keeps what became of the deliveries of one webhook: for three days.</summary>
public sealed record DeliveryLog
{
    private DeliveryLog(RepositoryName? repository, string path) => (Repository, Path) = (repository, path);

    /// <summary>The webhook of the App that the bot is signed in as.</summary>
    public static DeliveryLog OfApp { get; } = new(null, "app/hook/deliveries");

    /// <summary>Null for the App's.</summary>
    public RepositoryName? Repository { get; }

    internal string Path { get; }

    public static DeliveryLog Of(RepositoryName repository, long hook) => new(repository, $"repos/{repository.Owner}/{repository.Name}/hooks/{hook}/deliveries");

    public override string ToString() => Path;
}

/// <summary>A webhook of a repository, and its log.</summary>
/// <param name="ContentType"><c>json</c> or <c>form</c>.</param>
/// <param name="Events">What it is told of; <c>*</c> for everything.</param>
public sealed record GitHubHook(DeliveryLog Log, Uri Url, bool IsActive, string ContentType, IReadOnlyList<string> Events);

/// <summary>One attempt at a delivery.</summary>
/// <param name="Id">The attempt's own; each redelivery has another.</param>
/// <param name="DeliveryId">The delivery's, as in <c>X-GitHub-Delivery</c>: the same for each attempt.</param>
/// <param name="Answer">The receiver's HTTP status; 0 when there was no answer.</param>
public sealed record GitHubDelivery(long Id, string DeliveryId, string Event, DateTimeOffset At, int Answer)
{
    /// <summary>The receiver answered that it has it.</summary>
    public bool Arrived => Answer is >= 200 and < 300;
}
