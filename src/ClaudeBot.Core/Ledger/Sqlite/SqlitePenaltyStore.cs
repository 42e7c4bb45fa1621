using ClaudeBot.GitHub;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
/// <param name="ledger">Asked at each use: a ledger that cannot be opened is a store that fails, not a client that cannot be made.</param>
public sealed class SqlitePenaltyStore(Func<SqliteLedger> ledger) : IPenaltyStore
{
    public Task<Penalty?> FindAsync(string server, CancellationToken cancellationToken) => ledger().ReadAsync(
        connection => connection.QuerySingleOrDefault<Row>(
            "SELECT until AS Until, refusals_in_a_row AS RefusalsInARow FROM github_penalties WHERE server = @server", new { server }) is { } row
            ? new Penalty(LedgerUnits.ToTime(row.Until), (int)row.RefusalsInARow)
            : null,
        cancellationToken);

    public Task KeepAsync(string server, Penalty penalty, CancellationToken cancellationToken) => ledger().WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO github_penalties (server, until, refusals_in_a_row) VALUES (@server, @until, @RefusalsInARow)
            ON CONFLICT (server) DO UPDATE SET until = max(until, excluded.until), refusals_in_a_row = excluded.refusals_in_a_row
            """,
            new { server, until = LedgerUnits.ToMicroseconds(penalty.Until), penalty.RefusalsInARow }),
        cancellationToken);

    private sealed class Row
    {
        public long Until { get; init; }
        public long RefusalsInARow { get; init; }
    }
}
