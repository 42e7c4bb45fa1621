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
public sealed record GitHubHook(DeliveryLog Log, Uri Url, bool IsActive);

/// <summary>One attempt at a delivery.</summary>
/// <param name="Id">The attempt's own; each redelivery has another.</param>
/// <param name="DeliveryId">The delivery's, as in <c>X-GitHub-Delivery</c>: the same for each attempt.</param>
/// <param name="Arrived">The receiver answered that it has it.</param>
public sealed record GitHubDelivery(long Id, string DeliveryId, string Event, DateTimeOffset At, bool Arrived);
