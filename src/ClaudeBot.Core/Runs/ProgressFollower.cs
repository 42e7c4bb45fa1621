using ClaudeBot.Conversation;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Runs;

/// <summary>Lets the live comment follow a run, under the run's fence.</summary>
public sealed class ProgressFollower(
    BotComments comments,
    AgentSession session,
    IRunJournal journal,
    ConversationOptions options,
    TimeProvider time,
    ILogger<LiveComment> logger)
{
    /// <summary>Follows until disposed; then no edit is under way any more. A run without a comment is not followed.</summary>
    public IAsyncDisposable Follow(Run run)
    {
        var stop = new CancellationTokenSource();
        if (run is not { Task.Issue: { } issue, CommentId: { } id })
            return new Following(stop, Task.CompletedTask);

        var comment = new LiveComment(
            issue,
            id,
            run.Board,
            token => session.SpentAsync(run.Task.Id, run.Board.Current.CostUsd, token),
            (edit, token) => EditAsync(run, id, edit, token),
            comments,
            options,
            time,
            logger);
        return new Following(stop, comment.FollowAsync(stop.Token));
    }

    private async Task<bool> EditAsync(Run run, long commentId, Func<CancellationToken, Task> edit, CancellationToken cancellationToken)
    {
        if (!await journal.BeginStepAsync(run.Task.Id, run.Lease.Fence, RunStep.Progress, StepJson.Write(new { commentId }), cancellationToken))
            return false;
        await edit(cancellationToken);
        return await journal.EndStepAsync(run.Task.Id, run.Lease.Fence, RunStep.Progress, StepJson.Write(new { done = true }), CancellationToken.None);
    }

    private sealed class Following(CancellationTokenSource stop, Task followed) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await followed;
            stop.Dispose();
        }
    }
}
