using ClaudeBot.GitHub;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>
/// Keeps the one comment of an issue at what a <see cref="ProgressBoard"/> says, while a run goes on. Edits are
/// coalesced: at most one in <see cref="ConversationOptions.EditInterval"/>, however much happens. An edit that fails
/// is only logged, since the next one says more: progress never holds up or fails a run.
/// </summary>
/// <param name="issue">Where it stands.</param>
/// <param name="commentId">The comment, made before.</param>
/// <param name="board">What to show.</param>
/// <param name="cost">Asked at each edit for what the task has spent so far, in US dollars.</param>
/// <param name="mayWrite">Asked before each edit; false when this worker has lost the task: then nothing more is written.</param>
public sealed partial class LiveComment(
    IssueReference issue,
    long commentId,
    ProgressBoard board,
    Func<CancellationToken, Task<decimal>> cost,
    Func<CancellationToken, Task<bool>> mayWrite,
    BotComments comments,
    ConversationOptions options,
    TimeProvider time,
    ILogger logger)
{
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
                if (!await mayWrite(cancellationToken))
                    return;

                shown = await ShowAsync(cancellationToken);
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

    private async Task<RunProgress> ShowAsync(CancellationToken cancellationToken)
    {
        var usd = await cost(cancellationToken);
        board.Update(p => p with { CostUsd = Math.Max(p.CostUsd, usd) });
        var progress = board.Current;
        if (!comments.MayShowProgress)
            return progress;
        try
        {
            await comments.EditAsync(issue, commentId, ProgressText.Render(progress, time.GetUtcNow()), cancellationToken);
        }
        catch (GitHubException e)
        {
            Log.EditFailed(logger, issue, e.Message);
        }

        return progress;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The live comment on {Issue} could not be edited: {Reason}")]
        public static partial void EditFailed(ILogger logger, IssueReference issue, string reason);
    }
}
