using ClaudeBot.Conversation;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Tells whoever asked for a task that it is done, failed or has a question, in the transaction in which that happens: once.</summary>
internal static class Notices
{
    /// <summary>
    /// A pull request that is fresh mentions whoever asked by itself; under one that was there already, and after a
    /// failure, a comment does, because an edit of the live comment notifies nobody.
    /// </summary>
    public static void OfEnd(SqliteConnection connection, TaskRow row, TaskOutcome outcome, long now)
    {
        if (outcome.Notice == EndNotice.None || row.ToTask() is not { Issue: { } issue } task)
            return;
        var isFresh = outcome is { State: TaskState.Succeeded, PullRequestNumber: { } number } && !IsKnown(connection, row, number);
        if (outcome.Notice == EndNotice.Full && task.RequestedById is not null && !isFresh)
            OutboxTable.AddComment(connection, $"end:{row.Id}:{row.Fence}", issue, NoticeText.OfEnd(task, outcome), now);
        OutboxTable.AddMessage(connection, $"message:end:{row.Id}:{row.Fence}", issue, NoticeText.Line(task, outcome.State.Word(), outcome.PullRequestUrl), now);
    }

    public static int OfQuestion(SqliteConnection connection, TaskRow row, InputRequest request, long now) => row.ToTask() is { Issue: { } issue } task
        ? OutboxTable.AddMessage(connection, $"message:ask:{row.Id}:{row.Fence}", issue, NoticeText.Line(task, request.Awaits == AwaitedInput.Plan ? "has a plan to approve" : "has a question", null), now)
        : 0;

    private static bool IsKnown(SqliteConnection connection, TaskRow row, int pullRequest) => connection.ExecuteScalar<long>(
        "SELECT count(*) FROM tasks WHERE repository = @repository AND pull_request_number = @pullRequest AND pull_request_number IS NOT NULL AND seq <> @seq",
        new { repository = row.Repository, pullRequest, seq = row.Seq }) > 0;
}
