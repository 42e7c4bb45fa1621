using ClaudeBot.Runs;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteRunJournal(SqliteLedger ledger, TimeProvider time) : IRunJournal
{
    private const string StepColumns = "task_id AS TaskId, step AS Step, intent AS Intent, result AS Result, began_at AS BeganAt, ended_at AS EndedAt";

    private long Now => LedgerUnits.ToMicroseconds(time.GetUtcNow());

    public Task<int> BeginAttemptAsync(TaskId task, string worker, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.ExecuteScalar<int>(
            """
            INSERT INTO attempts (task_id, number, worker, began_at)
            VALUES (@task, (SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE task_id = @task), @worker, @now)
            RETURNING number
            """,
            new { task = task.Value, worker, now = Now }),
        cancellationToken);

    public Task EndAttemptAsync(TaskId task, int number, string ending, string? sessionId, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "UPDATE attempts SET ended_at = @now, ending = @ending, session_id = coalesce(@sessionId, session_id) WHERE task_id = @task AND number = @number",
            new { task = task.Value, number, ending, sessionId, now = Now }),
        cancellationToken);

    public Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(TaskId task, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<AttemptRecord>>(
        connection =>
        [
            .. connection.Query<(int Number, string Worker, long BeganAt, long? EndedAt, string? Ending, string? SessionId)>(
                    "SELECT number, worker, began_at, ended_at, ending, session_id FROM attempts WHERE task_id = @task ORDER BY number",
                    new { task = task.Value })
                .Select(row => new AttemptRecord(
                    task, row.Number, row.Worker, LedgerUnits.ToTime(row.BeganAt), LedgerUnits.ToTime(row.EndedAt), row.Ending, row.SessionId)),
        ],
        cancellationToken);

    public Task<bool> BeginStepAsync(TaskId task, long fence, string step, string intent, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => IsHeld(connection, task, fence) && connection.Execute(
            """
            INSERT INTO steps (task_id, step, intent, began_at) VALUES (@task, @step, @intent, @now)
            ON CONFLICT (task_id, step) DO UPDATE
            SET intent = excluded.intent, result = NULL, began_at = excluded.began_at, ended_at = NULL
            """,
            new { task = task.Value, step, intent, now = Now }) > 0,
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The step was not begun.</exception>
    public Task<bool> EndStepAsync(TaskId task, long fence, string step, string result, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection =>
        {
            if (!IsHeld(connection, task, fence))
                return false;
            var ended = connection.Execute(
                "UPDATE steps SET result = @result, ended_at = @now WHERE task_id = @task AND step = @step",
                new { task = task.Value, step, result, now = Now });
            return ended > 0 ? true : throw new InvalidOperationException($"Step '{step}' of {task} was not begun.");
        },
        cancellationToken);

    public Task<StepRecord?> FindStepAsync(TaskId task, string step, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => connection.QuerySingleOrDefault<StepRow>(
            $"SELECT {StepColumns} FROM steps WHERE task_id = @task AND step = @step", new { task = task.Value, step })?.ToRecord(),
        cancellationToken);

    public Task<IReadOnlyList<StepRecord>> StepsAsync(TaskId task, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<StepRecord>>(
        connection =>
        [
            .. connection.Query<StepRow>($"SELECT {StepColumns} FROM steps WHERE task_id = @task ORDER BY seq", new { task = task.Value })
                .Select(row => row.ToRecord()),
        ],
        cancellationToken);

    public Task<IReadOnlyList<TaskInput>> InputsAsync(TaskId task, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<TaskInput>>(
        connection =>
        [
            .. connection.Query<(long Seq, string Kind, string Text, string Actor, long ActorId, long At, bool Taken)>(
                    "SELECT seq, kind, text, actor, actor_id, at, taken FROM inputs WHERE task_id = @task ORDER BY seq", new { task = task.Value })
                .Select(row => new TaskInput(row.Seq, row.Kind, row.Text, row.Actor, row.ActorId, LedgerUnits.ToTime(row.At), row.Taken)),
        ],
        cancellationToken);

    public Task MarkTakenAsync(TaskId task, long upTo, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute("UPDATE inputs SET taken = 1 WHERE task_id = @task AND seq <= @upTo", new { task = task.Value, upTo }),
        cancellationToken);

    public Task AddSpendAsync(TaskId task, RepositoryName repository, TokenUsage usage, decimal usd, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection =>
        {
            var row = new
            {
                task = task.Value,
                repository = repository.ToString(),
                at = Now,
                usage.Model,
                usage.Input,
                usage.Output,
                usage.CacheRead,
                usage.CacheWrite,
                nanos = LedgerUnits.ToNanoDollars(usd),
            };
            connection.Execute(
                """
                INSERT INTO spend (task_id, repository, at, model, input, output, cache_read, cache_write, nano_usd)
                VALUES (@task, @repository, @at, @Model, @Input, @Output, @CacheRead, @CacheWrite, @nanos)
                """,
                row);
            return connection.Execute("UPDATE tasks SET cost_nano_usd = cost_nano_usd + @nanos WHERE id = @task", row);
        },
        cancellationToken);

    public Task<Spend> SpendAsync(TaskId task, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection =>
        {
            var sum = connection.QuerySingle<(long Input, long Output, long CacheRead, long CacheWrite, long Nanos, int Calls)>(
                """
                SELECT coalesce(sum(input), 0), coalesce(sum(output), 0), coalesce(sum(cache_read), 0), coalesce(sum(cache_write), 0),
                       coalesce(sum(nano_usd), 0), count(*)
                FROM spend WHERE task_id = @task
                """,
                new { task = task.Value });
            return new Spend(sum.Input, sum.Output, sum.CacheRead, sum.CacheWrite, LedgerUnits.ToDollars(sum.Nanos), sum.Calls);
        },
        cancellationToken);

    public Task<string?> MainModelAsync(TaskId task, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => connection.ExecuteScalar<string?>(
            "SELECT model FROM spend WHERE task_id = @task GROUP BY model ORDER BY sum(nano_usd) DESC, sum(output) DESC, model LIMIT 1", new { task = task.Value }),
        cancellationToken);

    private static bool IsHeld(SqliteConnection connection, TaskId task, long fence) => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM tasks WHERE id = @task AND fence = @fence AND state = 'running')",
        new { task = task.Value, fence });

    private sealed class StepRow
    {
        public string TaskId { get; init; } = "";
        public string Step { get; init; } = "";
        public string Intent { get; init; } = "";
        public string? Result { get; init; }
        public long BeganAt { get; init; }
        public long? EndedAt { get; init; }

        public StepRecord ToRecord() => new(
            ClaudeBot.TaskId.Parse(TaskId), Step, Intent, Result, LedgerUnits.ToTime(BeganAt), LedgerUnits.ToTime(EndedAt));
    }
}
