using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using ClaudeBot.Triggers.Comments;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteInbox(SqliteLedger ledger, QueueNotices notices, TimeProvider time) : IInbox
{
    // A time that was set in the future is over: the clock was put back since, and would stretch the wait.
    internal const string PendingFrom = "deliveries WHERE decided_at IS NULL AND (due_at <= @now OR postponed_at > @now) ORDER BY seq LIMIT @limit";

    /// <summary>After so long a delivery whose task found no room is looked at again.</summary>
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMinutes(1);

    private long Now => LedgerUnits.ToMicroseconds(time.GetUtcNow());

    public Task<bool> StoreAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var row = new
        {
            delivery.Id,
            delivery.Event,
            Body = delivery.Body.ToArray(),
            ReceivedAt = LedgerUnits.ToMicroseconds(delivery.ReceivedAt),
            Most = ledger.Options.MaxPendingDeliveries,
        };
        return ledger.WriteAsync(
            connection =>
            {
                // Due from the beginning of time: a clock that is put back must not make it wait.
                var stored = connection.Execute(
                    """
                    INSERT INTO deliveries (id, event, body, received_at, due_at) SELECT @Id, @Event, @Body, @ReceivedAt, 0
                    WHERE (SELECT number FROM delivery_counts WHERE state = 'pending') < @Most
                    ON CONFLICT (id) DO NOTHING
                    """,
                    row) > 0;
                if (!stored && connection.ExecuteScalar<long?>("SELECT 1 FROM deliveries WHERE id = @Id", row) is null)
                    throw new InboxFullException(row.Most);
                return stored;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Delivery>> PendingAsync(int limit, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<Delivery>>(
        connection =>
        [
            .. connection.Query<(string Id, string Event, byte[] Body, long ReceivedAt)>(
                    $"SELECT id, event, body, received_at FROM {PendingFrom}",
                    new { now = Now, limit })
                .Select(row => new Delivery { Id = row.Id, Event = row.Event, Body = row.Body, ReceivedAt = LedgerUnits.ToTime(row.ReceivedAt) }),
        ],
        cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// A delivery that was decided before keeps its first decision; its task, if any, is given as it stands. When the
    /// task asked for is active already or the observation stale, the delivery is kept as <c>ignored</c>, with the reason. When
    /// the queue is full it stays undecided and is due again in a minute.
    /// </remarks>
    /// <exception cref="InvalidOperationException">No such delivery is stored.</exception>
    public async Task<EnqueueResult?> DecideAsync(string deliveryId, Decision decision, CancellationToken cancellationToken)
    {
        var result = await ledger.WriteAsync(connection => Decide(connection, deliveryId, decision), cancellationToken);
        if (result is EnqueueResult.Added)
            notices.RaiseChanged();
        return result;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No such delivery is stored.</exception>
    public async Task<CommandResult> CarryOutAsync(string deliveryId, CommandOrder order, CancellationToken cancellationToken)
    {
        TaskId? revoked = null;
        var result = await ledger.WriteAsync(
            connection =>
            {
                if (IsDecided(connection, deliveryId, out _))
                    return new CommandResult(false, "This delivery was decided already.", "ignored", null);
                var desk = new CommandDesk(connection, order, ledger.Options.MaxWaitingTasks, Now);
                var done = desk.CarryOut();
                revoked = desk.Revoked;
                Record(connection, deliveryId, order.Subject, done.Outcome, done.Reason, done.Task?.Id, Now);
                return done;
            },
            cancellationToken);
        if (revoked is { } id)
            notices.RaiseLeaseRevoked(id);
        notices.RaiseChanged();
        notices.RaisePosted();
        return result;
    }

    public Task PostponeAsync(string deliveryId, string reason, DateTimeOffset until, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => Postpone(connection, deliveryId, reason, LedgerUnits.ToMicroseconds(until)),
        cancellationToken);

    public Task<IReadOnlyList<DecidedDelivery>> DecisionsForAsync(IssueReference subject, int limit, CancellationToken cancellationToken) => DecidedAsync(
        "WHERE subject_repository = @repository AND subject_number = @number AND subject_number IS NOT NULL ORDER BY decided_at DESC, seq DESC LIMIT @limit",
        new { repository = subject.Repository.ToString(), number = subject.Number, limit },
        cancellationToken);

    public Task<IReadOnlyList<DecidedDelivery>> DecisionsSinceAsync(DateTimeOffset from, int limit, CancellationToken cancellationToken) => DecidedAsync(
        "WHERE decided_at >= @from ORDER BY decided_at, seq LIMIT @limit",
        new { from = LedgerUnits.ToMicroseconds(from), limit },
        cancellationToken);

    public async Task<DecidedDelivery?> FindDecisionAsync(string deliveryId, CancellationToken cancellationToken) =>
        (await DecidedAsync("WHERE id = @deliveryId AND decided_at IS NOT NULL", new { deliveryId }, cancellationToken)).SingleOrDefault();

    public Task<long> CountPendingAsync(CancellationToken cancellationToken) => ledger.ReadAsync(CountPending, cancellationToken);

    private Task<IReadOnlyList<DecidedDelivery>> DecidedAsync(string which, object parameters, CancellationToken cancellationToken) =>
        ledger.ReadAsync<IReadOnlyList<DecidedDelivery>>(
            connection =>
            [
                .. connection.Query<DecidedRow>(
                        $"""
                        SELECT id AS Id, event AS Event, received_at AS ReceivedAt, decided_at AS DecidedAt, subject_repository AS Repository,
                               subject_number AS Number, outcome AS Outcome, reason AS Reason, task_id AS TaskId
                        FROM deliveries {which}
                        """,
                        parameters)
                    .Select(row => row.ToDecided()),
            ],
            cancellationToken);

    private EnqueueResult? Decide(SqliteConnection connection, string deliveryId, Decision decision)
    {
        if (IsDecided(connection, deliveryId, out var earlier))
            return earlier is null ? null : AsItStands(connection, TaskId.Parse(earlier));

        var now = Now;
        var result = decision.Task is { } task ? TaskAdmission.Enqueue(connection, task, ledger.Options.MaxWaitingTasks, now) : null;
        if (result is EnqueueResult.Full full)
        {
            Postpone(connection, deliveryId, full.Reason, now + (long)FullQueueWait.TotalMicroseconds);
            return full;
        }

        var isKnown = decision.Remark is { } remark && !RemarkTable.Add(connection, remark, now);
        var (outcome, note, about) = result switch
        {
            EnqueueResult.Added added => (decision.Outcome, "", added.Task),
            EnqueueResult.AlreadyActive active => ("ignored", $" No new task: {active.Task.Id} is {active.Task.State.Word()}.", active.Task),
            EnqueueResult.Stale stale => ("ignored", $" No new task: {stale.Task.Id} ended after this was seen.", stale.Task),
            _ when isKnown => ("ignored", " It was known already.", null),
            _ => (decision.Outcome, "", null),
        };
        Record(connection, deliveryId, decision.Subject, outcome, decision.Reason + note, about?.Id, now);
        return result;
    }

    private static bool IsDecided(SqliteConnection connection, string deliveryId, out string? taskId)
    {
        var found = connection.Query<(long? DecidedAt, string? TaskId)>(
            "SELECT decided_at, task_id FROM deliveries WHERE id = @deliveryId", new { deliveryId }).ToList();
        if (found.Count == 0)
            throw new InvalidOperationException($"No delivery '{deliveryId}' is stored.");
        taskId = found[0].TaskId;
        return found[0].DecidedAt is not null;
    }

    private static int Record(SqliteConnection connection, string deliveryId, IssueReference? subject, string outcome, string reason, TaskId? task, long now) => connection.Execute(
        """
        UPDATE deliveries
        SET decided_at = @now, subject_repository = @repository, subject_number = @number, outcome = @outcome, reason = @reason, task_id = @taskId
        WHERE id = @deliveryId
        """,
        new { deliveryId, now, repository = subject?.Repository.ToString(), number = subject?.Number, outcome, reason, taskId = task?.Value });

    private int Postpone(SqliteConnection connection, string deliveryId, string reason, long until) => connection.Execute(
        "UPDATE deliveries SET due_at = @until, postponed_reason = @reason, postponed_at = @now WHERE id = @deliveryId AND decided_at IS NULL",
        new { deliveryId, reason, until, now = Now });

    private static long CountPending(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT number FROM delivery_counts WHERE state = 'pending'");

    private static EnqueueResult? AsItStands(SqliteConnection connection, TaskId id) =>
        TaskTable.Find(connection, id)?.ToTask() switch
        {
            null => null,
            { IsActive: true } task => new EnqueueResult.AlreadyActive(task),
            { } task => new EnqueueResult.Stale(task),
        };

    private sealed class DecidedRow
    {
        public required string Id { get; init; }
        public required string Event { get; init; }
        public long ReceivedAt { get; init; }
        public long DecidedAt { get; init; }
        public string? Repository { get; init; }
        public int? Number { get; init; }
        public string? Outcome { get; init; }
        public string? Reason { get; init; }
        public string? TaskId { get; init; }

        public DecidedDelivery ToDecided() => new(
            Id,
            Event,
            LedgerUnits.ToTime(ReceivedAt),
            LedgerUnits.ToTime(DecidedAt),
            Repository is not null && Number is { } number ? new IssueReference(RepositoryName.Parse(Repository), number) : null,
            Outcome ?? "",
            Reason ?? "",
            TaskId is null ? null : ClaudeBot.TaskId.Parse(TaskId));
    }
}
