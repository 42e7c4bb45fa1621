using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>
/// Applies every rule to an issue as it is now. Stops at the first rule that does not hold, so that it asks GitHub no
/// more than it must, unless all is to be told.
/// </summary>
internal sealed class IssueInspector(GitHubClient github, ITaskQueue queue, ServedRepositories served, TriggerOptions options, TimeProvider time)
{
    private static readonly TimeSpan LoopWindow = TimeSpan.FromHours(1);

    private readonly Askers _askers = new(github, options);

    /// <param name="subject">The issue.</param>
    /// <param name="actor">Who asked; null: the newest request in the issue's events counts.</param>
    /// <param name="tellAll">True for a full account, false for a decision.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    /// <exception cref="GitHubException">GitHub did not answer now; a missing issue is a fact, not an error.</exception>
    public async Task<Inspection> InspectAsync(IssueReference subject, GitHubUser? actor, bool tellAll, CancellationToken cancellationToken)
    {
        var facts = new List<RuleFact> { await ServedAsync(subject.Repository, cancellationToken) };
        var observedAt = time.GetUtcNow();
        if (Stop())
            return new Inspection(observedAt, null, actor, facts);

        var issue = await FindAsync(subject, facts, cancellationToken);
        if (issue is null)
            return new Inspection(observedAt, null, actor, facts);

        facts.AddRange(IssueRules.Of(issue, options.BotLabel));
        if (Stop())
            return new Inspection(observedAt, issue, actor, facts);

        IReadOnlyList<GitHubIssueEvent> since = [];
        GitHubIssueEvent? asked = null;
        if (actor is null)
        {
            var events = await github.ListIssueEventsAsync(subject, cancellationToken);
            asked = LastRequest(events);
            since = [.. events.Where(happened => happened.CreatedAt > asked?.CreatedAt)];
            actor = asked?.Actor;
            facts.Add(await AskedSinceLastRunAsync(subject, asked, cancellationToken));
            if (actor is null || Stop())
                return new Inspection(observedAt, issue, actor, facts);
        }

        facts.Add(await NotInALoopAsync(subject, cancellationToken));
        if (Stop())
            return new Inspection(observedAt, issue, actor, facts);

        facts.Add(await _askers.MayAskAsync(subject.Repository, actor, cancellationToken));
        if (asked is not null && !Stop())
            facts.Add(await new EditRule(github, options).UnchangedAsync(issue, asked, since, cancellationToken));
        return new Inspection(observedAt, issue, actor, facts);

        bool Stop() => !tellAll && facts.Exists(fact => !fact.Holds);
    }

    private async Task<RuleFact> ServedAsync(RepositoryName repository, CancellationToken cancellationToken) => await served.ServesAsync(repository, cancellationToken)
        ? new RuleFact(true, $"{repository} is one of the repositories that this bot serves.")
        : new RuleFact(false, $"{repository} is not one of the repositories that this bot serves; add it to ALLOWED_REPOSITORIES, or install the GitHub App there.");

    private async Task<GitHubIssue?> FindAsync(IssueReference subject, List<RuleFact> facts, CancellationToken cancellationToken)
    {
        try
        {
            return await github.GetIssueAsync(subject, cancellationToken);
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            facts.Add(new RuleFact(false, $"GitHub does not give {subject}: it is gone or moved, or the bot's credential cannot see it ({fault.Message})."));
            return null;
        }
    }

    /// <summary>The newest event that asks for work: the label put on, an earlier run's mark taken off, or a reopening.</summary>
    private GitHubIssueEvent? LastRequest(IReadOnlyList<GitHubIssueEvent> events)
    {
        var labelled = events.LastOrDefault(happened => happened.Event == "labeled" && IsLabel(happened, options.BotLabel));
        var again = events.LastOrDefault(happened =>
            happened.Event == "reopened"
            || (happened.Event == "unlabeled" && (IsLabel(happened, BotLabels.Completed) || IsLabel(happened, BotLabels.Failed))));

        // Whoever asks again needs the permission themselves: what the labeller vouched for may have been rewritten since.
        return again?.CreatedAt > labelled?.CreatedAt ? again : labelled;
    }

    /// <summary>
    /// A run may have ended without its mark on the issue: cancelled, or GitHub was away. Then a poll sees an issue
    /// that looks new, and only the time of the request tells that it is not.
    /// </summary>
    private async Task<RuleFact> AskedSinceLastRunAsync(IssueReference subject, GitHubIssueEvent? asked, CancellationToken cancellationToken)
    {
        if (asked?.Actor is not { } actor)
            return new RuleFact(false, $"GitHub does not say who put the label {options.BotLabel} on; take it off and put it on again.", IsRefusal: true);

        var ended = (await queue.FindByIssueAsync(subject, cancellationToken)).Where(task => !task.IsActive).Max(task => task.EndedAt);

        // GitHub's times are whole seconds.
        return ended is { } end && asked.CreatedAt < end.AddTicks(-(end.Ticks % TimeSpan.TicksPerSecond))
            ? new RuleFact(false, $"Its last run ended after it was asked for by @{actor.Login}; take the label {options.BotLabel} off and put it on again to run again.")
            : new RuleFact(true, $"@{actor.Login} asked for it by the label {options.BotLabel}.");
    }

    /// <summary>Another program may put the label on, or take the mark of a run off, whenever this one is done.</summary>
    public async Task<RuleFact> NotInALoopAsync(IssueReference subject, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - LoopWindow;
        var recent = (await queue.FindByIssueAsync(subject, cancellationToken)).Where(task => task.CreatedAt > since).ToArray();
        return recent.Length < options.MaxTasksPerIssueAndHour
            ? new RuleFact(true, $"{Tasks(recent.Length)} made for it within the last hour.")
            : new RuleFact(false, $"{Tasks(recent.Length)} made for it within the last hour, and MAX_TASKS_PER_ISSUE_AND_HOUR allows no more; "
                + $"ask again after {recent.Min(task => task.CreatedAt) + LoopWindow:HH:mm} UTC by taking the label {options.BotLabel} off and putting it on.");
    }

    private static string Tasks(int count) => count == 1 ? "1 task was" : $"{count} tasks were";

    private static bool IsLabel(GitHubIssueEvent happened, string label) => string.Equals(happened.Label, label, StringComparison.OrdinalIgnoreCase);
}
