using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>What was acknowledged outlives the process, whenever it is killed, and becomes one task.</summary>
[Trait("Start", "First")]
public sealed class KillLoopTests
{
    private const int Clients = 8;

    /// <summary><c>TEST_KILLS</c> sets how many.</summary>
    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_over_many_kills()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("TEST_KILLS") ?? "15", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("claude-bot-kills-").FullName;
        try
        {
            await using var gitHub = await IssueDesk.OpenAsync();
            var load = new Load();
            var seed = Random.Shared.Next();
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
            var random = new Random(seed);
            await using (var bot = new IngestBot(gitHub.Address, folder))
            {
                for (var kill = 0; kill < kills; kill++)
                {
                    await bot.StartAsync();
                    var clients = load.PostAsync(bot, random.Next(60), out var posted);
                    if (await Task.WhenAny(posted, clients) == clients && !posted.IsCompleted)
                        throw new InvalidOperationException($"Life {kill + 1} answered no more before it was killed:\n{string.Join('\n', bot.Lines.TakeLast(20))}", clients.Exception);
                    await posted;
                    await bot.KillAsync();
                    await clients;
                }
            }

            load.Acknowledged.Count.ShouldBeGreaterThan(kills);
            await using var ledger = StoredLedger.Open(folder, gitHub.Address);
            (await ledger.IntegrityAsync()).ShouldBe("ok");
            var stored = await ledger.DeliveriesAsync();
            load.Acknowledged.Where(name => !stored.Contains(name)).ShouldBeEmpty("acknowledged and not stored");
            await ledger.DrainAsync();
            var outcomes = await ledger.OutcomesAsync();
            outcomes.Count.ShouldBe(stored.Count);
            outcomes.Where(delivery => delivery is not { Outcome: "task", Tasks: 1 }).ShouldBeEmpty("each delivery makes one task");
            TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {load.Acknowledged.Count} acknowledged, {stored.Count} stored, {outcomes.Count} tasks");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Clients that post until their bot is gone, and post again, to the next one, what got no answer.</summary>
    private sealed class Load
    {
        private readonly ConcurrentQueue<int> _unanswered = [];
        private int _issues;

        public ConcurrentBag<string> Acknowledged { get; } = [];

        /// <param name="bot">Runs.</param>
        /// <param name="enough">Acknowledgements after which <paramref name="posted"/> completes.</param>
        /// <param name="posted">Completes in the middle of the load.</param>
        /// <returns>Completes when the bot answers no more.</returns>
        public Task PostAsync(IngestBot bot, int enough, out Task posted)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var acknowledged = 0;
            posted = reached.Task;
            if (enough == 0)
                reached.SetResult();
            return Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(ClientAsync)));

            async Task ClientAsync()
            {
                while (true)
                {
                    var issue = _unanswered.TryDequeue(out var again) ? again : Interlocked.Increment(ref _issues);
                    using var answer = await bot.DeliverAsync(issue);
                    if (answer is null)
                    {
                        _unanswered.Enqueue(issue);
                        return;
                    }

                    if (answer.StatusCode != HttpStatusCode.Accepted)
                        reached.TrySetException(new InvalidOperationException($"{IngestBot.Name(issue)} was answered {answer.StatusCode}."));
                    Acknowledged.Add(IngestBot.Name(issue));
                    if (Interlocked.Increment(ref acknowledged) == enough)
                        reached.TrySetResult();
                }
            }
        }
    }
}
