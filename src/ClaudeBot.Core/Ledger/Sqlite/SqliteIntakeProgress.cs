using ClaudeBot.Triggers;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteIntakeProgress(SqliteLedger ledger, TimeProvider time) : IIntakeProgress
{
    /// <summary>SQLite takes a limited number of parameters in one statement.</summary>
    private const int MostParameters = 500;

    public Task<DateTimeOffset?> CursorAsync(string source, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => LedgerUnits.ToTime(connection.ExecuteScalar<long?>("SELECT at FROM cursors WHERE source = @source", new { source })),
        cancellationToken);

    public Task MoveCursorAsync(string source, DateTimeOffset to, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "INSERT INTO cursors (source, at) VALUES (@source, @at) ON CONFLICT (source) DO UPDATE SET at = excluded.at WHERE excluded.at > at",
            new { source, at = LedgerUnits.ToMicroseconds(to) }),
        cancellationToken);

    public Task<IReadOnlySet<string>> StoredAsync(IReadOnlyCollection<string> deliveryIds, CancellationToken cancellationToken) =>
        PresentAsync("SELECT id FROM deliveries WHERE id IN @ids", deliveryIds, cancellationToken);

    public Task MarkRedeliveredAsync(string deliveryId, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "INSERT INTO redeliveries (delivery_id, asked_at) VALUES (@deliveryId, @now) ON CONFLICT DO NOTHING",
            new { deliveryId, now = LedgerUnits.ToMicroseconds(time.GetUtcNow()) }),
        cancellationToken);

    public Task<IReadOnlySet<string>> RedeliveredAsync(IReadOnlyCollection<string> deliveryIds, CancellationToken cancellationToken) =>
        PresentAsync("SELECT delivery_id FROM redeliveries WHERE delivery_id IN @ids", deliveryIds, cancellationToken);

    private Task<IReadOnlySet<string>> PresentAsync(string query, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ledger.ReadAsync<IReadOnlySet<string>>(
            connection => ids.Chunk(MostParameters).SelectMany(some => connection.Query<string>(query, new { ids = some })).ToHashSet(StringComparer.Ordinal),
            cancellationToken);
}
