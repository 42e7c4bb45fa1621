using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>
/// From when a poll asks each repository for changes. A window stays while the answer fits one page, since only the same
/// address is answered "unchanged"; the cursor in the ledger, which outlives the process, follows what was seen.
/// </summary>
internal sealed class ChangeWindows(IIntakeProgress progress)
{
    /// <summary>GitHub's lists may lag behind its events, and its clock may differ from ours.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private readonly Dictionary<RepositoryName, DateTimeOffset> _windows = [];

    /// <param name="cursor">Up to when changes were seen.</param>
    public DateTimeOffset Since(RepositoryName repository, DateTimeOffset cursor)
    {
        if (!_windows.TryGetValue(repository, out var since))
            _windows[repository] = since = cursor - Overlap;
        return since;
    }

    /// <param name="source">The name of the cursor.</param>
    /// <param name="changes">When each thing that was answered changed.</param>
    public async Task AdvanceAsync(string source, RepositoryName repository, DateTimeOffset cursor, IReadOnlyCollection<DateTimeOffset> changes, CancellationToken cancellationToken)
    {
        var newest = changes.DefaultIfEmpty(cursor).Max();
        if (newest > cursor)
            await progress.MoveCursorAsync(source, newest, cancellationToken);
        if (changes.Count >= GitHubClient.PageSize)
            _windows[repository] = newest - Overlap;
    }
}
