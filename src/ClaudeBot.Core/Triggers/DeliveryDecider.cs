using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Triggers.Comments;

namespace ClaudeBot.Triggers;

/// <summary>Turns one delivery into a decision: a task, the end of one, or a reason why there is neither.</summary>
internal sealed class DeliveryDecider(
    IssueInspector inspector, CommentDecider comments, RemarkDecider remarks, PullRequestPoller pulls, GitHubClient github, ITaskQueue queue, TriggerOptions options)
{
    private readonly Withdrawal _withdrawal = new(github, options.BotLabel);
    private readonly PriorityLabels _priorities = new(github, queue);
    private readonly StateLabels _labels = new(github);

    /// <exception cref="GitHubException">GitHub did not answer now; decide later.</exception>
    public async Task<Decision> DecideAsync(Delivery delivery, CancellationToken cancellationToken) =>
        DeliveryReader.Read(delivery, options.BotLabel) switch
        {
            Request.Nothing nothing => new Decision { Subject = nothing.Subject, Outcome = "ignored", Reason = nothing.Reason, AsksForWork = false },
            Request.AskedBy asked => Decided(asked.Issue, await inspector.InspectAsync(asked.Issue, asked.Actor, tellAll: false, cancellationToken), asked.Text),
            Request.Seen seen => await SeenAsync(seen.Issue, cancellationToken),
            Request.Said said => await comments.DecideAsync(said, cancellationToken),
            Request.Edited edited => await comments.DecideAsync(edited, cancellationToken),
            Request.Remarked remarked => await remarks.DecideAsync(remarked.Remark, remarked.Author, cancellationToken),
            Request.CheckFailed failed => await remarks.DecideAsync(failed, cancellationToken),
            Request.Moved moved => await MovedAsync(moved, cancellationToken),
            Request.Unsettled unsettled => await UnsettledAsync(unsettled, cancellationToken),
            Request.Reordered reordered => await ReorderedAsync(reordered, cancellationToken),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no known request."),
        };

    /// <summary>A poll's issue may carry a label of the bot without a task behind it: without a new one, the label goes.</summary>
    private async Task<Decision> SeenAsync(IssueReference subject, CancellationToken cancellationToken)
    {
        var inspection = await inspector.InspectAsync(subject, null, tellAll: false, cancellationToken);
        if (inspection is { Obstacle: not null, Issue: { } issue } && BotLabels.Active.Any(issue.HasLabel))
        {
            var tasks = await queue.FindByIssueAsync(subject, cancellationToken);
            if (!tasks.Any(task => task.IsActive))
                await _labels.ShowAsync(subject, issue.Labels, tasks is [var newest, ..] ? ClosingText.Label(newest.State) : null, cancellationToken);
        }

        return Decided(subject, inspection, words: null);
    }

    /// <summary>What the look finds comes into the inbox by itself.</summary>
    private async Task<Decision> MovedAsync(Request.Moved moved, CancellationToken cancellationToken)
    {
        if (!await pulls.LookForConflictsAsync(moved.Repository, moved.Branch, cancellationToken))
            throw new GitHubException(GitHubFaultKind.Transient, $"GitHub has yet to find out which pull requests conflict with {moved.Branch}.", null, null);
        return new Decision { Outcome = "ignored", Reason = $"The branch {moved.Branch} of {moved.Repository} moved; the bot's pull requests into it were looked at.", AsksForWork = false };
    }

    private async Task<Decision> UnsettledAsync(Request.Unsettled unsettled, CancellationToken cancellationToken)
    {
        var decision = new Decision { Subject = unsettled.Issue, Outcome = "ignored", Reason = $"{unsettled.What}: no task is at work on it.", AsksForWork = false };
        var task = (await queue.FindByIssueAsync(unsettled.Issue, cancellationToken)).FirstOrDefault(task => task.IsActive);
        if (task is null)
            return decision;
        return await _withdrawal.ReasonAsync(task, unsettled.Issue, cancellationToken) is { } reason
            ? decision with { Outcome = "cancelled", Reason = $"{unsettled.What}: task {task.Id} is cancelled ({reason}).", Cancels = new Cancellation(task.Id, reason) }
            : decision with { Reason = $"{unsettled.What}: task {task.Id} goes on." };
    }

    private async Task<Decision> ReorderedAsync(Request.Reordered reordered, CancellationToken cancellationToken) => new()
    {
        Subject = reordered.Issue,
        Outcome = "ignored",
        AsksForWork = false,
        Reason = await _priorities.FollowAsync(reordered.Issue, cancellationToken) is { } priority
            ? $"{reordered.What}: its task has the priority {priority.Word()} now."
            : $"{reordered.What}: no task waits whose priority it would change.",
    };

    private static Decision Decided(IssueReference subject, Inspection inspection, ApprovedWords? words)
    {
        if (inspection is not { Obstacle: null, Issue: { } issue, Actor: { } actor })
        {
            var obstacle = inspection.Obstacle!;
            return new Decision { Subject = subject, Outcome = obstacle.IsRefusal ? "refused" : "ignored", Reason = obstacle.Sentence };
        }

        return new Decision
        {
            Subject = subject,
            Outcome = "task",
            Reason = $"@{actor.Login}, who may write in {subject.Repository}, asked for {subject}.",
            Task = new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = subject.Repository,
                IssueNumber = subject.Number,
                Title = words?.Title ?? issue.Title,
                Description = words?.Body ?? issue.Body,
                Priority = IssueRules.PriorityOf(issue),
                RequestedBy = actor.Login,
                RequestedById = actor.Id,
                ObservedAt = inspection.ObservedAt,
            },
        };
    }
}
