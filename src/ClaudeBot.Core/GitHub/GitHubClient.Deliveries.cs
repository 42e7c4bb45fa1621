using System.Runtime.CompilerServices;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>
    /// The webhooks of a repository; null when the credential may not see them, for which it must administer them
    /// (a classic token's <c>admin:repo_hook</c>).
    /// </summary>
    public async Task<IReadOnlyList<GitHubHook>?> FindHooksAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _connection.ListAsync<HookAnswer>($"{Path(repository)}/hooks?per_page={PageSize}", cancellationToken);
            return
            [
                .. from hook in found.Items
                   where Uri.TryCreate(hook.Config?.Url, UriKind.Absolute, out _)
                   select new GitHubHook(DeliveryLog.Of(repository, hook.Id), new Uri(hook.Config!.Url!), hook.Active, hook.Config.ContentType ?? "form", hook.Events),
            ];
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Forbidden)
        {
            return null;
        }
    }

    /// <summary>The log's deliveries, newest first, page by page as they are asked for.</summary>
    public async IAsyncEnumerable<GitHubDelivery> ReadDeliveriesAsync(DeliveryLog log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = log.Repository is null ? App.AsApp : _connection;
        await foreach (var (page, _) in connection.PagesAsync<List<DeliveryAnswer>>($"{log.Path}?per_page={PageSize}", cancellationToken))
        {
            foreach (var delivery in page)
                yield return new GitHubDelivery(delivery.Id, delivery.Guid, delivery.Event, delivery.DeliveredAt, delivery.StatusCode);
        }
    }

    /// <summary>Has GitHub send a delivery again; it carries the same <c>X-GitHub-Delivery</c>.</summary>
    /// <param name="attempt">The id of one of its attempts.</param>
    public Task RedeliverAsync(DeliveryLog log, long attempt, CancellationToken cancellationToken) =>
        (log.Repository is null ? App.AsApp : _connection).PostAsync($"{log.Path}/{attempt}/attempts", cancellationToken);

    private sealed class HookAnswer
    {
        public long Id { get; set; }
        public bool Active { get; set; }
        public List<string> Events { get; set; } = [];
        public HookConfiguration? Config { get; set; }
    }

    private sealed class HookConfiguration
    {
        public string? Url { get; set; }
        public string? ContentType { get; set; }
    }

    private sealed class DeliveryAnswer
    {
        public long Id { get; set; }
        public string Guid { get; set; } = "";
        public string Event { get; set; } = "";
        public DateTimeOffset DeliveredAt { get; set; }
        public int StatusCode { get; set; }
    }
}
