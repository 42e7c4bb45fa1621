using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Conversation;

/// <summary>Puts the labels and the comment of one issue at the state of its task.</summary>
public sealed class StateNotice(GitHubClient gitHub, StateLabels labels, BotComments comments, ITaskQueue queue, ConversationOptions options)
{
    /// <summary>False when the state changed meanwhile: then what was shown is taken back and the next pass decides.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<bool> ShowAsync(QueuedTask task, CancellationToken cancellationToken)
    {
        var issue = task.Issue!;
        var newest = (await queue.FindByIssueAsync(issue, cancellationToken))[0];
        if (newest.Id != task.Id)
            return true; // The issue speaks of a later task by now.
        if (newest.State != task.State)
            return false;

        var current = (await gitHub.GetIssueAsync(issue, cancellationToken)).Labels;
        var wanted = ClosingText.Label(task.State);
        await labels.ShowAsync(issue, current, wanted, cancellationToken);
        await WriteCommentAsync(task, issue, cancellationToken);
        return await StillSoAsync(task, cancellationToken) || await TakeBackAsync(issue, wanted, cancellationToken);
    }

    private async Task WriteCommentAsync(QueuedTask task, IssueReference issue, CancellationToken cancellationToken)
    {
        // A waiting task says nothing: its label does, and the run that starts it will write.
        if (task.State == TaskState.Waiting)
            return;

        var known = await comments.FindAsync(issue, cancellationToken);
        if (known is null && task.State == TaskState.Cancelled)
            return;

        var isFollowUp = task.Kind == TaskKind.PrFeedback;
        var text = $"### {ClosingText.Heading(task.State, task.PullRequestUrl is not null, task.Awaits, isFollowUp)}\n\n"
            + ClosingText.Text(task.State, task.Reason ?? "", task.PullRequestUrl, notBefore: null, task.Awaits, options.Mention, isFollowUp)
            + $"\n\n<sub>{MarkdownText.Dollars(task.CostUsd)} · {ProgressText.Task(task.Id, options.PageOf(task.Id))}</sub>\n";
        if (known is null)
            await comments.CreateAsync(issue, text, cancellationToken);
        else
            await comments.EditAsync(issue, known.Id, text, cancellationToken);
    }

    private async Task<bool> StillSoAsync(QueuedTask task, CancellationToken cancellationToken) =>
        (await queue.FindAsync(task.Id, cancellationToken))?.State == task.State;

    // A run took the task while its label was on its way: the run's own label stands, ours must not stay beside it.
    private async Task<bool> TakeBackAsync(IssueReference issue, string? label, CancellationToken cancellationToken)
    {
        if (label is not null)
            await gitHub.RemoveLabelAsync(issue, label, cancellationToken);
        return false;
    }
}
