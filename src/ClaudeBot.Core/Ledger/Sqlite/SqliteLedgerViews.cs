using System.Globalization;
using ClaudeBot.Queue;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteLedgerViews(SqliteLedger ledger) : ILedgerViews
{
    internal const string Hours = "SELECT hour, what, number FROM task_hours WHERE hour BETWEEN @first AND @last";
    internal const string SpendHours = "SELECT hour, nano_usd FROM spend_hours WHERE hour BETWEEN @first AND @last";
    internal static readonly string Turns = $"SELECT {TaskRow.Columns} FROM tasks INDEXED BY tasks_turn WHERE state = 'waiting' ORDER BY priority DESC, seq LIMIT @limit";
    internal static readonly string OldestWaiting = $"SELECT {TaskRow.Columns} FROM tasks WHERE state = 'waiting' ORDER BY seq LIMIT 1";
    internal static readonly string OfTask = $"SELECT {EventRow.Columns} FROM events WHERE task_id = @task ORDER BY seq DESC LIMIT @limit";

    private const long MicrosecondsOfHour = 3_600_000_000;

    public Task<IReadOnlyList<WorkPeriod>> HoursAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var span = new { first = LedgerUnits.ToMicroseconds(since) / MicrosecondsOfHour, last = LedgerUnits.ToMicroseconds(until) / MicrosecondsOfHour };
        return ledger.ReadAsync<IReadOnlyList<WorkPeriod>>(
            connection =>
            {
                var counts = connection.Query<(long Hour, string What, long Number)>(Hours, span).ToDictionary(row => (row.Hour, row.What), row => row.Number);
                var spent = connection.Query<(long Hour, long Nanos)>(SpendHours, span).ToDictionary(row => row.Hour, row => row.Nanos);
                return [.. Enumerable.Range(0, (int)(span.last - span.first + 1)).Select(offset => Period(span.first + offset))];

                WorkPeriod Period(long hour)
                {
                    long Of(string what) => counts.GetValueOrDefault((hour, what));
                    return new(
                        LedgerUnits.ToTime(hour * MicrosecondsOfHour), Of("queued"), Of("succeeded"), Of("failed"), Of("cancelled"), Of("dead"), LedgerUnits.ToDollars(spent.GetValueOrDefault(hour)));
                }
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<QueuedTask>> TurnsAsync(int limit, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<QueuedTask>>(
        connection => [.. connection.Query<TaskRow>(Turns, new { limit }).Select(row => row.ToTask())], cancellationToken);

    public Task<QueuedTask?> OldestWaitingAsync(CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => connection.QuerySingleOrDefault<TaskRow>(OldestWaiting)?.ToTask(), cancellationToken);

    public Task<IReadOnlyList<LedgerEvent>> NewestEventsAsync(IReadOnlyCollection<string> kinds, long? before, int limit, CancellationToken cancellationToken)
    {
        if (kinds.Count == 0)
            return Task.FromResult<IReadOnlyList<LedgerEvent>>([]);
        var parameters = new DynamicParameters(new { before = before ?? long.MaxValue, limit });
        foreach (var (number, kind) in kinds.Index())
            parameters.Add(Name(number), kind);
        return ledger.ReadAsync<IReadOnlyList<LedgerEvent>>(
            connection => [.. connection.Query<EventRow>(OfKinds(kinds.Count), parameters).Select(row => row.ToEvent())], cancellationToken);
    }

    public Task<IReadOnlyList<LedgerEvent>> NewestEventsAsync(TaskId task, int limit, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<LedgerEvent>>(
        connection => [.. connection.Query<EventRow>(OfTask, new { task = task.Value, limit }).Select(row => row.ToEvent()).Reverse()], cancellationToken);

    public Task<IReadOnlyList<RepositoryName>> RepositoriesAsync(CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<RepositoryName>>(
        connection => [.. connection.Query<string>("SELECT repository FROM repository_turns ORDER BY repository").Select(RepositoryName.Parse)], cancellationToken);

    /// <summary>The first rows of each kind, then the first of those: with one IN over all kinds SQLite would sort every row of them.</summary>
    internal static string OfKinds(int number) =>
        $"SELECT * FROM ({string.Join(" UNION ALL ", Enumerable.Range(0, number).Select(kind => $"SELECT * FROM (SELECT {EventRow.Columns} FROM events WHERE lower(kind) = @{Name(kind)} AND seq < @before ORDER BY seq DESC LIMIT @limit)"))}) ORDER BY Seq DESC LIMIT @limit";

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"kind{number}");
}
