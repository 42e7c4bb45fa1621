using System.Net;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using ClaudeBot.StatusWeb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ClaudeBot.Benchmarks.Pages;

/// <summary>The status web over a ledger of its own, as in the bot's process, but with no bot at work.</summary>
internal static class PagesServer
{
    private const string Token = "benchmark-token";

    /// <param name="tasks">How many the ledger has before the server answers.</param>
    public static async Task<int> RunAsync(string data, int port, int tasks, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(data);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "ClaudeBot.Benchmarks" });
        builder.Services.AddRouting().AddLogging().AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new LedgerOptions { DataDirectory = folder }).AddLedger();
        builder.Services.AddSingleton(new StatusWebOptions
        {
            DataDirectory = Path.Combine(folder, "reports"),
            TranscriptDirectory = Path.Combine(folder, "transcripts"),
            Token = new SecretSource("STATUS_TOKEN", () => Token, new SecretMask()),
        });
        builder.Services.AddStatusWeb();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(IPAddress.Loopback, port);
        });

        await using var app = builder.Build();
        await FillAsync(app.Services, folder, tasks, cancellationToken);
        app.UseRouting();
        app.MapStatusWeb();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>One task by the store's own way, with all that a task has; the rest as its copies.</summary>
    private static async Task FillAsync(IServiceProvider services, string folder, int tasks, CancellationToken cancellationToken)
    {
        var queue = services.GetRequiredService<ITaskQueue>();
        var journal = services.GetRequiredService<IRunJournal>();
        var repository = RepositoryName.Parse("acme/shop");
        await queue.EnqueueAsync(
            new NewTask { Id = TaskId.Parse("first"), Kind = TaskKind.Issue, Repository = repository, IssueNumber = 1, Title = "Fix the till", Description = "It is broken.", RequestedBy = "ann", ObservedAt = DateTimeOffset.UnixEpoch },
            cancellationToken);
        var lease = await queue.ClaimAsync(new WorkerIdentity("worker", "boot"), new QueueOptions(), cancellationToken) ?? throw new BenchmarkException("The first task cannot be claimed.");
        var attempt = await journal.BeginAttemptAsync(lease.Id, "worker", cancellationToken);
        await journal.AddSpendAsync(lease.Id, repository, new TokenUsage("model", 1000, 100, 5000, 100), 0.5m, cancellationToken);
        await journal.EndAttemptAsync(lease.Id, attempt, "completed", null, cancellationToken);
        await queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "Pull request #2 is open for review.", PullRequestNumber = 2, PullRequestUrl = "https://github.com/acme/shop/pull/2" }, cancellationToken);

        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "ledger.db"), Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            BEGIN;
            WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < $tasks)
            INSERT INTO tasks (id, kind, repository, issue_number, title, description, priority, state, reason, requested_by, branch, created_at, updated_at, started_at, ended_at, announced_state, filed)
            SELECT 'acme--' || (CASE n % 50 WHEN 0 THEN 'rare' ELSE 'shop' END) || '--issue-' || n || '-abcdef', 'issue', CASE n % 50 WHEN 0 THEN 'acme/rare' ELSE 'acme/shop' END, n,
                   'Fix the till number ' || n || ' of the ' || (CASE n % 7 WHEN 0 THEN 'warehouse' ELSE 'shop' END), 'It is broken.', 1,
                   CASE WHEN n % 1000 = 0 THEN 'dead' WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END, 'Said at the end.', 'ann', 'bot/issue-' || n,
                   created_at + n, updated_at + n, started_at + n, ended_at + n, CASE WHEN n % 1000 = 0 THEN 'dead' WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END, 1
            FROM numbers, tasks WHERE n <= $tasks AND tasks.id = 'first';
            INSERT INTO events (at, kind, actor, task_id, message)
            SELECT created_at, CASE seq % 100 WHEN 0 THEN 'gate.blocked' ELSE 'task.queued' END, 'bot', id, 'Something was done.' FROM tasks;
            COMMIT;
            """;
        command.Parameters.AddWithValue("$tasks", tasks);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
