using System.Globalization;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>What a look at one repository gave.</summary>
/// <param name="Changed">False when GitHub answered "unchanged" to all of it.</param>
/// <param name="Found">Issues that ask for work, or show a state that no task has.</param>
/// <param name="Stored">Of those, new to the inbox.</param>
/// <param name="Cancelled">Tasks whose issue no longer wants them, with the reason.</param>
internal sealed record PollFinding(bool Changed, int Found, int Stored, IReadOnlyList<Cancellation> Cancelled);

/// <summary>
/// Looks at one repository from two sides: its open issues with the label, and everything that changed since the last
/// look. Both are held against the ledger, so that neither a lost webhook nor a lost ledger leaves an issue behind.
/// </summary>
internal sealed class RepositoryPoll(GitHubClient github, ITaskQueue queue, IInbox inbox, IIntakeProgress progress, TriggerOptions options, TimeProvider time)
{
    private const int TaskPage = 500;

    private readonly Withdrawal _withdrawal = new(github, options.BotLabel);
    private readonly PriorityLabels _priorities = new(github, queue);

    private readonly ChangeWindows _windows = new(progress);

    /// <summary>What the last look put into the inbox, so that the next one need not write it again.</summary>
    private readonly Dictionary<RepositoryName, HashSet<string>> _stored = [];

    /// <exception cref="GitHubException">The look was cut short; the next one starts from the same cursor.</exception>
    public async Task<PollFinding> LookAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var source = $"issues:{repository}";
        var beganAt = time.GetUtcNow();
        var cursor = await progress.CursorAsync(source, cancellationToken);
        var changes = cursor is { } at
            ? await github.ListChangedIssuesAsync(repository, _windows.Since(repository, at), cancellationToken)
            : new ConditionalList<GitHubIssue>(await LeftoversAsync(repository, cancellationToken), Changed: true);
        var labelled = await github.ListOpenIssuesAsync(repository, options.BotLabel, cancellationToken);

        // The list read last tells the newest state.
        var issues = changes.Items.Concat(labelled.Items).Where(issue => !issue.IsPullRequest).GroupBy(issue => issue.Reference.Number).ToDictionary(same => same.Key, same => same.Last());
        var tasks = await ActiveTasksAsync(repository, cancellationToken);
        var (found, stored) = await StoreAsync(repository, issues.Values, tasks, cancellationToken);
        var cancelled = await CancelAsync(tasks, issues, cancellationToken);

        if (cursor is { } seen)
            await _windows.AdvanceAsync(source, repository, seen, [.. changes.Items.Select(issue => issue.UpdatedAt)], cancellationToken);
        else
            await progress.MoveCursorAsync(source, beganAt, cancellationToken);
        return new PollFinding(changes.Changed || labelled.Changed, found, stored, cancelled);
    }

    /// <summary>At the first look nothing is known of changes: what an earlier bot left on closed and unlabelled issues is asked for by label.</summary>
    private async Task<IReadOnlyList<GitHubIssue>> LeftoversAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var found = new List<GitHubIssue>();
        foreach (var label in BotLabels.Active)
            found.AddRange(await github.ListLabelledIssuesAsync(repository, label, cancellationToken));
        return found;
    }

    private async Task<IReadOnlyList<QueuedTask>> ActiveTasksAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var tasks = new List<QueuedTask>();
        var filter = new TaskFilter { States = TaskStates.Active, Repository = repository, Limit = TaskPage };
        while (true)
        {
            var page = await queue.ListAsync(filter, cancellationToken);
            tasks.AddRange(page.Where(task => task.Issue is not null));
            if (page.Count < TaskPage)
                return tasks;
            filter = filter with { Before = page[^1].Id };
        }
    }

    private async Task<(int Found, int Stored)> StoreAsync(RepositoryName repository, IEnumerable<GitHubIssue> issues, IReadOnlyList<QueuedTask> tasks, CancellationToken cancellationToken)
    {
        var busy = tasks.Select(task => task.IssueNumber!.Value).ToHashSet();
        var before = _stored.GetValueOrDefault(repository) ?? [];
        var now = new HashSet<string>();
        var stored = 0;
        foreach (var delivery in issues.Where(issue => !busy.Contains(issue.Reference.Number) && IsUnsettled(issue)).Select(Delivery))
        {
            if (!before.Contains(delivery.Id) && await inbox.StoreAsync(delivery, cancellationToken))
                stored++;
            now.Add(delivery.Id);
        }

        _stored[repository] = now;
        return (now.Count, stored);
    }

    private bool IsUnsettled(GitHubIssue issue) =>
        (issue.IsOpen && issue.HasLabel(options.BotLabel) && !issue.HasLabel(BotLabels.Completed) && !issue.HasLabel(BotLabels.Failed))
        || BotLabels.Active.Any(issue.HasLabel);

    /// <summary>The same state of an issue is the same delivery, whoever finds it and however often.</summary>
    private Delivery Delivery(GitHubIssue issue) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"poll-{issue.Reference}@{issue.UpdatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
        Event = DeliveryReader.PollEvent,
        Body = DeliveryReader.PollBody(issue.Reference),
        ReceivedAt = time.GetUtcNow(),
    };

    /// <summary>An issue that stands in neither list was closed, unlabelled, moved or deleted: each such one is looked up.</summary>
    private async Task<IReadOnlyList<Cancellation>> CancelAsync(IReadOnlyList<QueuedTask> tasks, Dictionary<int, GitHubIssue> issues, CancellationToken cancellationToken)
    {
        var cancelled = new List<Cancellation>();
        foreach (var task in tasks.Where(task => task.Kind != TaskKind.PrFeedback))
        {
            var reason = issues.TryGetValue(task.IssueNumber!.Value, out var issue)
                ? await _withdrawal.ReasonAsync(task, issue, cancellationToken)
                : await _withdrawal.ReasonAsync(task, task.Issue!, cancellationToken);
            if (reason is null && issue is not null)
                await _priorities.CatchUpAsync(task, issue, cancellationToken);
            if (reason is not null && await queue.CancelAsync(task.Id, reason, "bot", cancellationToken))
                cancelled.Add(new Cancellation(task.Id, reason));
        }

        return cancelled;
    }
}
