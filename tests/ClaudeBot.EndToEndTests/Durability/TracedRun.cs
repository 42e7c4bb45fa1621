using System.Net;
using System.Text.RegularExpressions;
using ClaudeBot.Queue;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>One run of the bot under strace: deliveries one by one and together, a task put into the spool, then SIGKILL.</summary>
public sealed partial class TracedRun : IAsyncLifetime
{
    public const int Deliveries = 3 + (3 * 8);

    private const int MostLooks = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("claude-bot-traced-").FullName;

    /// <summary>The data folder as the kill left it.</summary>
    public string Data => Path.Combine(_folder, "data");

    internal IReadOnlyList<SystemCall> Calls { get; private set; } = [];

    /// <summary>Flushes of the write-ahead log.</summary>
    internal IReadOnlyList<SystemCall> Syncs => [.. Calls.Where(call => call.IsSync && call.File == WriteAheadLog)];

    internal string WriteAheadLog => Path.Combine(Data, "ledger.db-wal");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Each 202 with the name of its delivery and the request that it answers.</summary>
    internal IReadOnlyList<(string Delivery, SystemCall Request, SystemCall Answer)> Acknowledgements() => Acknowledgements(Calls);

    private static List<(string Delivery, SystemCall Request, SystemCall Answer)> Acknowledgements(IReadOnlyList<SystemCall> calls)
    {
        var found = new List<(string, SystemCall, SystemCall)>();
        var requests = new Dictionary<string, (string Name, SystemCall Call)>();
        foreach (var call in calls.Where(call => call.File?.StartsWith("socket:", StringComparison.Ordinal) == true))
        {
            if (call.Name.StartsWith("recv", StringComparison.Ordinal) && DeliveryName().Match(call.Arguments) is { Success: true } match)
                requests[call.File!] = (match.Groups[1].Value, call);
            else if (call.Name.StartsWith("send", StringComparison.Ordinal) && call.Arguments.Contains("HTTP/1.1 202", StringComparison.Ordinal))
                found.Add((requests[call.File!].Name, requests[call.File!].Call, call));
        }

        return found;
    }

    public async ValueTask InitializeAsync()
    {
        var log = Path.Combine(_folder, "calls.log");
        await using var gitHub = await IssueDesk.OpenAsync();
        await PrepareAsync();
        await using (var bot = new IngestBot(gitHub.Address, Data))
        {
            await bot.StartAsync("all", SystemCalls.Tracer(log));
            var issue = 0;
            for (; issue < 3; issue++)
                await AcknowledgedAsync(bot, issue + 1);
            for (var round = 0; round < 3; round++, issue += 8)
                await Task.WhenAll(Enumerable.Range(issue + 1, 8).Select(number => AcknowledgedAsync(bot, number)));
            // A client has its answer before the tracer wrote that it was sent.
            for (var look = 0; look < MostLooks && Acknowledgements(SystemCalls.Read(log)).Count < Deliveries; look++)
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
            await bot.KillAsync();
        }

        Calls = SystemCalls.Read(log);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A task waits for its spool file.</summary>
    private async Task PrepareAsync()
    {
        await StoredLedger.PauseAsync(Data);
        await using var ledger = StoredLedger.Open(Data);
        await ledger.Queue.EnqueueAsync(
            new NewTask
            {
                Kind = TaskKind.Manual,
                Repository = RepositoryName.Parse(IssueDesk.Repository),
                Title = "A task",
                Description = "That waits.",
                RequestedBy = "operator",
                ObservedAt = TimeProvider.System.GetUtcNow(),
            },
            Token);
    }

    private static async Task AcknowledgedAsync(IngestBot bot, int issue)
    {
        using var answer = await bot.DeliverAsync(issue);
        answer.ShouldNotBeNull().StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [GeneratedRegex(@"X-GitHub-Delivery: (delivery-\d+)")]
    private static partial Regex DeliveryName();
}
