using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteEventLog(SqliteLedger ledger, TimeProvider time) : IEventLog
{
    public Task AppendAsync(string kind, string actor, TaskId? taskId, IssueReference? subject, string message, CancellationToken cancellationToken)
    {
        var row = new EventRow
        {
            At = LedgerUnits.ToMicroseconds(time.GetUtcNow()),
            Kind = kind,
            Actor = actor,
            TaskId = taskId?.Value,
            SubjectRepository = subject?.Repository.ToString(),
            SubjectNumber = subject?.Number,
            Message = message,
        };
        return ledger.WriteAsync(connection => EventTable.Append(connection, row), cancellationToken);
    }

    public Task<IReadOnlyList<LedgerEvent>> SinceAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        QueryAsync("WHERE at >= @since ORDER BY at, seq LIMIT @limit", new { since = LedgerUnits.ToMicroseconds(since), limit }, cancellationToken);

    public Task<IReadOnlyList<LedgerEvent>> OfTaskAsync(TaskId task, CancellationToken cancellationToken) =>
        QueryAsync("WHERE task_id = @task ORDER BY seq", new { task = task.Value }, cancellationToken);

    public Task<IReadOnlyList<LedgerEvent>> OfTaskAfterAsync(TaskId task, long sequence, CancellationToken cancellationToken) =>
        QueryAsync("WHERE task_id = @task AND seq > @sequence ORDER BY seq", new { task = task.Value, sequence }, cancellationToken);

    private Task<IReadOnlyList<LedgerEvent>> QueryAsync(string condition, object parameters, CancellationToken cancellationToken) =>
        ledger.ReadAsync<IReadOnlyList<LedgerEvent>>(
            connection => [.. connection.Query<EventRow>($"SELECT {EventRow.Columns} FROM events {condition}", parameters).Select(row => row.ToEvent())],
            cancellationToken);
}
