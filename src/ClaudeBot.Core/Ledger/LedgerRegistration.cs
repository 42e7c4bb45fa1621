using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Ledger;

public static class LedgerRegistration
{
    /// <summary>
    /// The ledger in SQLite and its stores. Needs a <see cref="LedgerOptions"/>; the file is opened, and brought
    /// to this program's schema, when the first store is asked for.
    /// </summary>
    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<QueueNotices>();
        services.AddSingleton<SqliteLedger>();
        services.AddSingleton<ITaskQueue, SqliteTaskQueue>();
        services.AddSingleton<IInbox, SqliteInbox>();
        services.AddSingleton<IIntakeProgress, SqliteIntakeProgress>();
        services.AddSingleton<IRemarks, SqliteRemarks>();
        services.AddSingleton<IRunJournal, SqliteRunJournal>();
        services.AddSingleton<ISpendTotals, SqliteSpendTotals>();
        services.AddSingleton<IEventLog, SqliteEventLog>();
        services.AddSingleton<IOutbox, SqliteOutbox>();
        services.AddSingleton<SqliteOrders>();
        services.AddSingleton<ILedgerViews, SqliteLedgerViews>();
        services.AddSingleton<IPenaltyStore>(provider => new SqlitePenaltyStore(provider.GetRequiredService<SqliteLedger>));
        return services;
    }
}
