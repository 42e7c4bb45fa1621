using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Answers <c>explain OWNER/REPO#N</c>: the rules applied now, and what the ledger knows.</summary>
public sealed class IssueExplainer(GitHubClient github, ITaskQueue queue, IInbox inbox, ServedRepositories served, TriggerOptions options, TimeProvider time)
{
    private const int Decisions = 20;

    /// <summary>Explains an issue. When GitHub cannot be asked, that is one of the facts, and the ledger is told all the same.</summary>
    public async Task<Explanation> ExplainAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(issue, cancellationToken);
        var tasks = await queue.FindByIssueAsync(issue, cancellationToken);
        var decisions = await inbox.DecisionsForAsync(issue, Decisions, cancellationToken);
        var active = tasks.FirstOrDefault(task => task.IsActive);
        var paused = active is { State: TaskState.Waiting } ? await queue.PausedAsync(cancellationToken) : null;
        var obstacle = facts.FirstOrDefault(fact => !fact.Holds);
        return new Explanation
        {
            Issue = issue,
            Verdict = active is not null ? Told(active, paused) : obstacle?.Sentence ?? "Every rule holds: work starts when the next webhook or poll brings it.",
            IsWorkedOn = active is not null || obstacle is null,
            Facts = facts,
            Tasks = tasks,
            Decisions = decisions,
        };
    }

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
