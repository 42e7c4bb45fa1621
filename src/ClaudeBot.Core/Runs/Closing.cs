using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Runs;

/// <summary>
/// The last step: labels and comment show how the run ended, the attempt is closed, the workspace of a task that is over removed. It has a
/// time of its own, so that a run that is told to stop can still say so. What fails here changes nothing about the
/// end: the announcer puts it right later.
/// </summary>
public sealed partial class Closing(
    GitHubClient gitHub,
    StateLabels labels,
    BotComments comments,
    AgentSession session,
    ITaskQueue queue,
    QueueOptions queueOptions,
    IRunJournal journal,
    WorkspaceStore workspaces,
    ConversationOptions conversation,
    TimeProvider time,
    ILogger<Closing> logger)
{
    /// <summary>
    /// How an earlier run of the task ended, where that run was cut off before the end was written down: nothing but the closing is left to
    /// do. Null when there is none; a try that somebody asked for has forgotten the steps before it.
    /// </summary>
    public static async Task<RunEnd?> CutOffAsync(Run run, CancellationToken cancellationToken)
    {
        if (await run.Steps.FindAsync<CloseRecord>(RunStep.Close, cancellationToken) is not { Intent: { CutOff: { } end } record })
            return null;
        run.IsQuiet = record.IsQuiet;
        run.Place = record.Place ?? run.Place;
        return end;
    }

    /// <exception cref="StaleLeaseException">The task is not ours any more: nothing more was written.</exception>
    /// <exception cref="OperationCanceledException">The time was up.</exception>
    public async Task CloseAsync(Run run, RunEnd end, CancellationToken cancellationToken)
    {
        // First of all: the ledger, too, needs the room.
        if (end.ClearsDisk)
            await ClearDiskAsync(run, cancellationToken);
        var isSaid = end is RunEnd.Again { SaysSoOnce: true } && (await run.Steps.FindAsync<CloseRecord>(RunStep.Close, cancellationToken))?.Intent == CloseRecord.Of(run, end);
        await run.Steps.BeginAsync(RunStep.Close, CloseRecord.Of(run, end), cancellationToken);
        var shown = isSaid || await ShowAsync(run, end, cancellationToken);
        await run.Steps.EndAsync(RunStep.Close, new { shown }, cancellationToken);
        await journal.EndAttemptAsync(run.Task.Id, run.Attempt, CloseRecord.Of(run, end).Ending, run.SessionId, cancellationToken);
        if (shown)
            await queue.MarkAnnouncedAsync(run.Task.Id, CloseRecord.State(end), cancellationToken);
        if (end is RunEnd.Over || IsGivenUp(run, end))
            await RemoveWorkspaceAsync(run, cancellationToken);
    }

    // The queue makes this the last attempt.
    private bool IsGivenUp(Run run, RunEnd end) =>
        end is RunEnd.Again { CountsAttempt: true } && run.Task.Attempts >= queueOptions.MaxAttempts;

    private async Task<bool> ShowAsync(Run run, RunEnd end, CancellationToken cancellationToken)
    {
        if (run.Task.Issue is not { } issue || run.IsQuiet)
            return true;
        if (IsGivenUp(run, end))
            return false; // The announcer says so.

        try
        {
            var state = CloseRecord.State(end);
            await run.Steps.ReadAsync(
                async token =>
                {
                    var current = run.HasReadLabels ? run.Labels : (await gitHub.GetIssueAsync(issue, token)).Labels;
                    await labels.ShowAsync(issue, current, ClosingText.Label(state), token);
                    return true;
                },
                cancellationToken);
            await WriteCommentAsync(run, issue, end, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException and not StaleLeaseException)
        {
            Log.NotShown(logger, issue, e.Message);
            return false;
        }
    }

    private async Task WriteCommentAsync(Run run, IssueReference issue, RunEnd end, CancellationToken cancellationToken)
    {
        var state = CloseRecord.State(end);
        var pull = (end as RunEnd.Over)?.Pull;
        var awaits = (end as RunEnd.Asks)?.Request.Awaits;
        var closing = new RunClosing(
            ClosingText.Heading(state, pull is not null, awaits, run.IsFollowUp),
            ClosingText.Text(state, end.Reason, pull?.Url, (end as RunEnd.Again)?.NotBefore, awaits, conversation.Mention, run.IsFollowUp),
            AllDone: state == TaskState.Succeeded,
            time.GetUtcNow());
        var spent = await session.SpentAsync(run.Task.Id, run.Board.Current.CostUsd, cancellationToken);
        run.Board.Update(progress => progress with { Closing = closing, CostUsd = spent });
        var text = ProgressText.Render(run.Board.Current, closing.At);
        run.CommentId = await run.Steps.ReadAsync(token => comments.WriteAsync(issue, run.CommentId, text, token), cancellationToken);
    }

    private Task RemoveWorkspaceAsync(Run run, CancellationToken cancellationToken) =>
        RemoveAsync(() => workspaces.RemoveAsync(run.Place, cancellationToken));

    private async Task ClearDiskAsync(Run run, CancellationToken cancellationToken)
    {
        await RemoveWorkspaceAsync(run, cancellationToken);
        await RemoveAsync(() => workspaces.RemoveHomeAsync(run.Place, run.Task.Repository, run.FollowUp is { } followUp ? followUp.Origin.IssueNumber : run.Task.IssueNumber, cancellationToken));
    }

    private async Task RemoveAsync(Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WorkspaceException)
        {
            Log.WorkspaceStays(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The end of the run could not be shown on {Issue}; it is tried again later: {Reason}")]
        public static partial void NotShown(ILogger logger, IssueReference issue, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The workspace could not be removed: {Reason}")]
        public static partial void WorkspaceStays(ILogger logger, string reason);
    }
}
