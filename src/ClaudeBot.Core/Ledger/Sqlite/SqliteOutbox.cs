using ClaudeBot.Conversation;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteOutbox(SqliteLedger ledger, TimeProvider time) : IOutbox
{
    private long Now => LedgerUnits.ToMicroseconds(time.GetUtcNow());

    public Task<IReadOnlyList<OutgoingPost>> PendingAsync(int limit, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<OutgoingPost>>(
        connection =>
        [
            .. connection.Query<(long Seq, string Key, string Kind, string Repository, int Number, long? CommentId, string Content, int Tries)>(
                    """
                    SELECT seq, key, kind, repository, number, comment_id, content, tries FROM outbox
                    WHERE ended_at IS NULL AND due_at <= @now ORDER BY seq LIMIT @limit
                    """,
                    new { now = Now, limit })
                .Select(row => new OutgoingPost(
                    row.Seq, row.Key, PostWords.Parse(row.Kind), new IssueReference(RepositoryName.Parse(row.Repository), row.Number), row.CommentId, row.Content, row.Tries)),
        ],
        cancellationToken);

    public Task BeginAsync(OutgoingPost post, CancellationToken cancellationToken) =>
        SetAsync("tries = tries + 1", post, null, 0, cancellationToken);

    public Task EndAsync(OutgoingPost post, string result, CancellationToken cancellationToken) =>
        SetAsync("ended_at = @at, result = @text", post, result, Now, cancellationToken);

    public Task PostponeAsync(OutgoingPost post, string reason, DateTimeOffset until, CancellationToken cancellationToken) =>
        SetAsync("due_at = @at, result = @text", post, reason, LedgerUnits.ToMicroseconds(until), cancellationToken);

    private Task<int> SetAsync(string change, OutgoingPost post, string? text, long at, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute($"UPDATE outbox SET {change} WHERE seq = @seq AND ended_at IS NULL", new { seq = post.Sequence, text, at }),
        cancellationToken);
}
