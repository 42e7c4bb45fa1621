using ClaudeBot.Conversation;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Puts what is to be said into the outbox, within the transaction that gives cause for it; the same key is said once.</summary>
internal static class OutboxTable
{
    public static int AddReaction(SqliteConnection connection, IssueReference subject, long commentId, string reaction, long now) =>
        Add(connection, $"reaction:{subject.Repository}:{commentId}", PostKind.Reaction, subject, commentId, reaction, now);

    public static int AddComment(SqliteConnection connection, string key, IssueReference subject, string markdown, long now) =>
        Add(connection, key, PostKind.Comment, subject, null, markdown, now);

    public static int AddMessage(SqliteConnection connection, string key, IssueReference subject, string text, long now) =>
        Add(connection, key, PostKind.Message, subject, null, text, now);

    private static int Add(SqliteConnection connection, string key, PostKind kind, IssueReference subject, long? commentId, string content, long now) => connection.Execute(
        """
        INSERT INTO outbox (key, kind, repository, number, comment_id, content, made_at)
        VALUES (@key, @kind, @repository, @number, @commentId, @content, @now)
        ON CONFLICT (key) DO NOTHING
        """,
        new { key, kind = kind.Word(), repository = subject.Repository.ToString(), number = subject.Number, commentId, content, now });
}
