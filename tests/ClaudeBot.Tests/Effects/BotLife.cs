using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Playground;
using ClaudeBot.Processes;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Effects;

/// <summary>
/// One life of the bot: services of its own on the same ledger file and data folder as the lives before it. A death is
/// the end of all that it does without any clean-up: what it awaits never comes.
/// </summary>
internal sealed class BotLife : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _bootId;
    private readonly TaskInterruption _end = new();
    private Task _work = Task.CompletedTask;

    public BotLife(PlaygroundHost playground, string data, ICodingAgent agent, string bootId)
    {
        _bootId = bootId;
        _services = RunBench.Compose(playground, data, agent, services => services
            .AddSingleton(new ProcessRunner(Clock))
            .AddSingleton(provider => new GitHubClient(provider.GetRequiredService<GitHubOptions>(), new MemoryPenaltyStore(), Clock, NullLogger<GitHubClient>.Instance))
            .AddSingleton<IOutbox>(provider => new MortalOutbox(new SqliteOutbox(provider.GetRequiredService<SqliteLedger>(), TimeProvider.System)))
            .AddSingleton<IRunJournal>(provider => new MortalJournal(new SqliteRunJournal(provider.GetRequiredService<SqliteLedger>(), TimeProvider.System))));
        Journal = (MortalJournal)_services.GetRequiredService<IRunJournal>();
        Outbox = (MortalOutbox)_services.GetRequiredService<IOutbox>();
        Handler = _services.GetRequiredService<TaskRunner>().RunAsync;
    }

    /// <summary>The clock of the time limits of GitHub calls and of git commands.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public MortalJournal Journal { get; }

    public MortalOutbox Outbox { get; }

    /// <summary>What is done with each task.</summary>
    public TaskHandler Handler { get; set; }

    public ITaskQueue Queue => Get<ITaskQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Takes over what an earlier life left running, then works until nothing is left to do.</summary>
    public Task WorkAsync() => _work = Task.Run(
        async () =>
        {
            await Queue.ReclaimAsync(_bootId, singleMachine: true, Token);
            while (await Queue.ClaimAsync(new WorkerIdentity("test", _bootId), new QueueOptions(), Token) is { } lease)
            {
                var verdict = await Handler(lease, _end);
                if (Journal.Died.IsCompleted)
                    return;
                _ = verdict switch
                {
                    TaskVerdict.End end => await Queue.EndAsync(lease, end.Outcome, Token),
                    TaskVerdict.Requeue requeue => await Queue.RequeueAsync(lease, requeue.Reason, requeue.NotBefore, requeue.CountsAttempt, Token),
                    _ => throw new InvalidOperationException($"No such verdict here: {verdict}"),
                };
            }

            await Get<StateAnnouncer>().RunOnceAsync(Token);
        },
        Token);

    /// <summary>Says what lies in the outbox.</summary>
    public Task PostAsync() => _work = Task.Run(() => Get<Postman>().RunOnceAsync(_end.Token), Token);

    /// <summary>The death. Requests that are under way stay so.</summary>
    public void Die()
    {
        Journal.Die();
        Outbox.Die();
    }

    /// <summary>Frees what a dead life still holds; its task belongs to another by now.</summary>
    public async ValueTask DisposeAsync()
    {
        _end.Interrupt(InterruptionKind.LeaseLost);
        await _work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _services.DisposeAsync();
        _end.Dispose();
    }
}
