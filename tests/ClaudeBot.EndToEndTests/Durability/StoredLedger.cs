using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Secrets;
using ClaudeBot.Triggers;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>What a bot that is gone left in its data folder, opened by the bot's own code.</summary>
internal sealed class StoredLedger : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoredLedger(ServiceProvider services) => _services = services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteLedger Ledger => _services.GetRequiredService<SqliteLedger>();

    public static StoredLedger Open(string dataDirectory, Uri? gitHub = null) => new(new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new LedgerOptions { DataDirectory = dataDirectory, MaxWaitingTasks = int.MaxValue })
        .AddSingleton(new TriggerOptions { Repositories = [RepositoryName.Parse(IssueDesk.Repository)] })
        .AddSingleton(new GitHubOptions { ApiUrl = gitHub ?? new Uri("http://127.0.0.1:1"), Token = new SecretSource("GITHUB_TOKEN", () => "ghp_of-the-tests", new SecretMask()) })
        .AddSingleton<QueueSignal>()
        .AddGitHub()
        .AddLedger()
        .AddTriggers()
        .BuildServiceProvider());

    /// <summary>Has the bots of this folder leave every task waiting.</summary>
    public static async Task PauseAsync(string dataDirectory)
    {
        await using var ledger = Open(dataDirectory);
        await ledger.Queue.PauseAsync("so that tasks keep waiting", "test", Token);
    }

    /// <summary>Decides everything that is undecided.</summary>
    public Task DrainAsync() => _services.GetRequiredService<TriggerProcessor>().DrainAsync(Token);

    public ITaskQueue Queue => _services.GetRequiredService<ITaskQueue>();

    /// <summary>SQLite's own check of the file: <c>ok</c>.</summary>
    public Task<string> IntegrityAsync() => Ledger.ReadAsync(connection => string.Join('\n', connection.Query<string>("PRAGMA integrity_check")), Token);

    public async Task<HashSet<string>> DeliveriesAsync() =>
        [.. await Ledger.ReadAsync(connection => connection.Query<string>("SELECT id FROM deliveries").ToList(), Token)];

    /// <summary>How each delivery was decided, and how many tasks its issue has.</summary>
    public Task<List<(string Id, string? Outcome, long Tasks)>> OutcomesAsync() => Ledger.ReadAsync(
        connection => connection.Query<(string, string?, long)>(
            """
            SELECT d.id, d.outcome, (SELECT count(*) FROM tasks t WHERE t.repository = d.subject_repository AND t.issue_number = d.subject_number)
            FROM deliveries d
            """).ToList(),
        Token);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
