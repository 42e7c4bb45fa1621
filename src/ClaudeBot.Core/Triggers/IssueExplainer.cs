using System.Globalization;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Answers <c>explain OWNER/REPO#N</c>: the rules applied now, and what the ledger knows.</summary>
public sealed class IssueExplainer(GitHubClient github, ITaskQueue queue, IInbox inbox, IRemarks remarks, ServedRepositories served, TriggerOptions options, TimeProvider time)
{
    private const int Newest = 20;
    private const int LookedAt = 500;

    /// <summary>Explains an issue. When GitHub cannot be asked, that is one of the facts, and the ledger is told all the same.</summary>
    public async Task<Explanation> ExplainAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        if (await remarks.OriginAsync(issue, cancellationToken) is { } origin)
            return await ExplainAsync(issue, origin, cancellationToken);
        var facts = await FactsAsync(issue, cancellationToken);
        var tasks = await queue.FindByIssueAsync(issue, cancellationToken);
        var decisions = await DecisionsAsync(issue, cancellationToken);
        var active = tasks.FirstOrDefault(task => task.IsActive);
        var paused = active is { State: TaskState.Waiting } ? await queue.PausedAsync(cancellationToken) : null;
        var obstacle = facts.FirstOrDefault(fact => !fact.Holds);
        return new Explanation
        {
            Issue = issue,
            Verdict = active is not null ? Told(active, paused) : obstacle?.Sentence ?? "Every rule holds: work starts when the next webhook or poll brings it.",
            IsWorkedOn = active is not null || obstacle is null,
            Facts = [.. facts, .. Refused(decisions)],
            Tasks = tasks,
            Decisions = decisions,
        };
    }

    /// <summary>A pull request of the bot: what was said about it, and what was decided about that.</summary>
    private async Task<Explanation> ExplainAsync(IssueReference pull, QueuedTask origin, CancellationToken cancellationToken)
    {
        var tasks = await queue.FindByIssueAsync(pull, cancellationToken);
        var decisions = await DecisionsAsync(pull, cancellationToken);
        var waiting = (await remarks.OfPullAsync(pull, cancellationToken)).Count(stored => stored is { TaskId: null, Outcome: null });
        var active = tasks.FirstOrDefault(task => task.IsActive);
        var paused = active is { State: TaskState.Waiting } ? await queue.PausedAsync(cancellationToken) : null;
        return new Explanation
        {
            Issue = pull,
            Verdict = active is not null ? Told(active, paused) : waiting > 0 ? $"{waiting} remarks are gathered and will be seen to together." : "Nothing that was said waits to be seen to.",
            IsWorkedOn = active is not null || waiting > 0,
            Facts =
            [
                new RuleFact(true, $"It is a pull request of this bot, made by task {origin.Id}."),
                .. decisions.Where(decision => decision.Outcome == "feedback").Select(decision => new RuleFact(true, decision.Reason)),
                .. Refused(decisions),
            ],
            Tasks = tasks,
            Decisions = decisions,
        };
    }

    /// <summary>The newest, and before those what was refused: a run's own labels and edits must not push that out of sight.</summary>
    private async Task<IReadOnlyList<DecidedDelivery>> DecisionsAsync(IssueReference subject, CancellationToken cancellationToken) =>
        [.. (await inbox.DecisionsForAsync(subject, LookedAt, cancellationToken)).Where((decision, index) => index < Newest || decision.Outcome == "refused")];

    /// <summary>What somebody asked for and was refused, newest first: no obstacle to what others ask for, but what they look for here.</summary>
    private static IEnumerable<RuleFact> Refused(IReadOnlyList<DecidedDelivery> decisions) => decisions
        .Where(decision => decision.Outcome == "refused")
        .DistinctBy(decision => decision.Reason)
        .Select(decision => new RuleFact(false, string.Create(CultureInfo.InvariantCulture, $"Refused at {decision.DecidedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {decision.Reason}"), IsRefusal: true));

    private async Task<IReadOnlyList<RuleFact>> FactsAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        try
        {
            return (await new IssueInspector(github, queue, served, options, time).InspectAsync(issue, null, tellAll: true, cancellationToken)).Facts;
        }
        catch (GitHubException fault)
        {
            return [new RuleFact(false, $"GitHub cannot be asked now, so nothing is known of the issue as it is ({fault.Message}).")];
        }
    }

    private static string Told(QueuedTask task, PausedQueue? paused) => task.State switch
    {
        TaskState.Waiting when paused is not null => $"Task {task.Id} waits: the queue is {paused} ('claude-bot queue resume' ends that).",
        TaskState.Running => $"It is being worked on: task {task.Id} is running, attempt {task.Attempts}.",
        TaskState.NeedsInput => $"Task {task.Id} waits for an answer: {task.Reason}",
        _ when task.Reason is { } reason => $"Task {task.Id} waits: {reason}",
        _ => $"Task {task.Id} waits for its turn.",
    };
}
