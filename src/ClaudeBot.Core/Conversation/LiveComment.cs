using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>
/// Keeps the one comment of an issue at what a <see cref="ProgressBoard"/> says, while a run goes on. Edits are
/// coalesced: at most one in <see cref="ConversationOptions.EditInterval"/>, however much happens. An edit that fails,
/// for whatever reason, is only logged, since the next one says more: progress never holds up or fails a run.
/// </summary>
/// <param name="issue">Where it stands.</param>
/// <param name="commentId">The comment, made before.</param>
/// <param name="board">What to show.</param>
/// <param name="cost">Asked at each edit for what the task has spent so far, in US dollars.</param>
/// <param name="underFence">Does each edit, on the record; false, and nothing done, when this worker has lost the task: then nothing more is written.</param>
public sealed partial class LiveComment(
    IssueReference issue,
    long commentId,
    ProgressBoard board,
    Func<CancellationToken, Task<decimal>> cost,
    Func<Func<CancellationToken, Task>, CancellationToken, Task<bool>> underFence,
    BotComments comments,
    ConversationOptions options,
    TimeProvider time,
    ILogger logger)
{
    private long _commentId = commentId;

    /// <summary>Shows changes until the token fires; then no edit of its own is under way any more.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The board as it was when the comment was made; what is there now may be newer already.
            var shown = board.Current;
            while (true)
            {
                await Task.Delay(options.EditInterval, time, cancellationToken);
                await WaitForNewsAsync(shown, cancellationToken);
                var seen = board.Current;
                if (!await TryShowAsync(cancellationToken))
                    return;
                shown = seen;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task WaitForNewsAsync(RunProgress shown, CancellationToken cancellationToken)
    {
        var phaseOrRefresh = Task.Delay(options.RefreshInterval, time, cancellationToken);
        var seen = board.Current;
        while (!phaseOrRefresh.IsCompleted && seen.Phase == shown.Phase)
        {
            // What the agent does changes many times in a minute: only a new phase is worth an edit of its own.
            await Task.WhenAny(board.ChangedSinceAsync(seen), phaseOrRefresh);
            seen = board.Current;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>False when nothing more may be written.</summary>
    private async Task<bool> TryShowAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !comments.MayShowProgress || await underFence(EditAsync, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.EditFailed(logger, issue, e.Message);
            return true;
        }
    }

    private async Task EditAsync(CancellationToken cancellationToken)
    {
        var usd = await cost(cancellationToken);
        board.Update(p => p with { CostUsd = Math.Max(p.CostUsd, usd) });
        // Somebody may have deleted it: then it is made again.
        _commentId = await comments.WriteAsync(issue, _commentId, ProgressText.Render(board.Current, time.GetUtcNow()), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The live comment on {Issue} could not be edited: {Reason}")]
        public static partial void EditFailed(ILogger logger, IssueReference issue, string reason);
    }
}
