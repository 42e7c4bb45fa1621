using ClaudeBot.Runs;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteSpendTotals(SqliteLedger ledger) : ISpendTotals
{
    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public Task<DaySpend> OnDayAsync(DateOnly day, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => new DaySpend(connection
            .Query<(string Repository, long Nanos)>("SELECT repository, nano_usd FROM spend_days WHERE day = @day", new { day = day.DayNumber - Epoch })
            .ToDictionary(row => RepositoryName.Parse(row.Repository), row => LedgerUnits.ToDollars(row.Nanos))),
        cancellationToken);
}
