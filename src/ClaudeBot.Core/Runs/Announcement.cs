using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>The first step: says on the issue that work has begun. A task without an issue has nothing to say.</summary>
public sealed class Announcement(GitHubClient gitHub, IssueOrder order, StateLabels labels, BotComments comments, ITaskQueue queue, TimeProvider time)
{
    /// <summary>Reads the issue, shows "in progress" by label and finds or makes the one comment; fills in the run.</summary>
    /// <exception cref="RunEndException">The issue is closed, or waits for others.</exception>
    /// <exception cref="GitHubException"/>
    public async Task AnnounceAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.Task.Issue is { } issue)
        {
            var found = await run.Steps.ReadAsync(token => gitHub.GetIssueAsync(issue, token), cancellationToken);
            run.Labels = found.Labels;
            run.IssueUrl = found.HtmlUrl;
            if (!found.IsOpen)
                throw new RunEndException(new RunEnd.Over(TaskState.Cancelled, "The issue was closed before the work began.", null));

            await order.RequireFreeAsync(run, found, cancellationToken);
            await ShowLabelsAsync(run, issue, cancellationToken);
            await ShowCommentAsync(run, issue, mayBeThere: found.CommentCount > 0, cancellationToken);
        }

        await queue.MarkAnnouncedAsync(run.Task.Id, TaskState.Running, cancellationToken);
    }

    private async Task ShowLabelsAsync(Run run, IssueReference issue, CancellationToken cancellationToken)
    {
        var found = run.Labels;
        // What may be there from now on, whether the answer comes or not.
        run.Labels = [.. found.Append(BotLabels.InProgress).Distinct(StringComparer.OrdinalIgnoreCase)];
        await run.Steps.DoAsync(
            RunStep.Announce,
            new { label = BotLabels.InProgress },
            token => labels.ShowAsync(issue, found, BotLabels.InProgress, token),
            cancellationToken);
        run.Labels = [.. run.Labels.Except(BotLabels.States, StringComparer.OrdinalIgnoreCase), BotLabels.InProgress];
    }

    private async Task ShowCommentAsync(Run run, IssueReference issue, bool mayBeThere, CancellationToken cancellationToken)
    {
        var text = ProgressText.Render(run.Board.Current, time.GetUtcNow());
        var made = false;
        var comment = await run.Steps.OnceAsync(
            RunStep.Comment,
            new { marker = BotComments.Marker(issue) },
            lookFirst: mayBeThere,
            async token => await comments.FindAsync(issue, token) is { } there ? new KnownComment(there.Id) : null,
            async token =>
            {
                var created = await comments.CreateAsync(issue, text, token);
                made = true;
                return new KnownComment(created.Id);
            },
            cancellationToken);

        // An earlier run's comment still tells that run's end.
        run.CommentId = made ? comment.Id : await EditAsync(run, issue, comment.Id, text, cancellationToken);
    }

    private async Task<long> EditAsync(Run run, IssueReference issue, long id, string text, CancellationToken cancellationToken)
    {
        await run.Steps.BeginAsync(RunStep.Progress, new { commentId = id }, cancellationToken);
        var written = await run.Steps.ReadAsync(token => comments.WriteAsync(issue, id, text, token), cancellationToken);
        await run.Steps.EndAsync(RunStep.Progress, new KnownComment(written), cancellationToken);
        return written;
    }

    private sealed record KnownComment(long Id);
}
