using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

/// <summary>Several processes of one machine on one data folder: one that takes in, and workers.</summary>
[Trait("Length", "Long")]
public sealed class WorkerTests
{
    private const string Greeter = "octo/greeter";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_was_stopped_beyond_its_lease_does_nothing_more_for_its_task_and_its_agent_is_dead()
    {
        await using var town = await BotOnTown.MakeAsync("claude-code", ("TASK_LEASE", "3s"));
        await using var ingest = Start(town, "ingest");
        await ingest.WhenSaidAsync("StartupNotice started");
        await using var stopped = Start(town, "worker");
        await stopped.WhenSaidAsync("StartupNotice started");
        town.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.Stall });
        await town.GitHub.LabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        await town.Town.AddHookAsync((await PortsAsync(town)).WebhookPort!.Value, Token);
        await town.GitHub.UnlabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        await town.GitHub.LabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        await town.Town.Claude.Requests.WaitAsync(request => request.Path.EndsWith("/messages", StringComparison.Ordinal), Token);
        // What is on its way to GitHub at the moment of the stop cannot be called back: the live comment is written first.
        await town.Town.Host.Requests.FirstAsync(exchange => exchange.Method == "PATCH" && exchange.Path.Contains("/issues/comments/", StringComparison.Ordinal), Token);
        await stopped.SignalAsync("STOP");

        await using var heir = Start(town, "worker");
        await town.WhenLabelledAsync(Greeter, 1, "bot:completed");
        heir.Lines.ShouldContain(line => line.Contains("was left by a worker that died"));
        heir.Lines.ShouldContain(line => line.Contains("for a worker that lost it"));
        await heir.WhenSaidAsync("succeeded: Pull request");
        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);

        var last = town.Town.Host.Requests.All[^1].Number;
        await stopped.SignalAsync("CONT");
        await stopped.WhenSaidAsync("was taken from this worker; nothing more is written for it");
        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);
        await stopped.SignalAsync("TERM");
        (await stopped.WhenEndedAsync()).ShouldBe(0);

        town.Town.Host.Requests.All.Where(exchange => exchange.Number > last && exchange.Method != "GET").Select(exchange => $"{exchange.Method} {exchange.Path} {exchange.BodyText}").ShouldBeEmpty();
        town.PullRequests(Greeter).ShouldHaveSingleItem();
        town.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem();
        town.GitHub.Repository(Greeter).Issues[1].LabelNames.ShouldContain("bot:completed");
        town.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_that_is_killed_has_its_task_finished_by_another_and_the_folder_refuses_a_bot_of_its_own()
    {
        await using var town = await BotOnTown.MakeAsync("claude-code", ("TASK_LEASE", "3s"));
        await town.GitHub.LabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        town.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.Stall });
        await using var ingest = Start(town, "ingest");
        await using var killed = Start(town, "worker");
        await killed.WhenSaidAsync("StartupNotice started");
        await town.Town.Claude.Requests.WaitAsync(request => request.Path.EndsWith("/messages", StringComparison.Ordinal), Token);
        await using var heir = Start(town, "worker");
        await heir.WhenSaidAsync("StartupNotice started");
        AgentProcesses.InFolder(town.DataDirectory).ShouldNotBeEmpty("a worker that starts ends no living worker's agent");

        await killed.SignalAsync("KILL");
        await killed.WhenEndedAsync();
        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);
        town.Town.Claude.Faults.Clear();
        await town.WhenLabelledAsync(Greeter, 1, "bot:completed");
        town.PullRequests(Greeter).ShouldHaveSingleItem();
        town.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem();

        await using var alone = BotLife.Start(town, ["up"], [], []);
        (await alone.WhenEndedAsync()).ShouldBe(69);
        await using var second = Start(town, "ingest");
        (await second.WhenEndedAsync()).ShouldBe(69);
    }

    [Fact]
    public async Task A_task_that_kills_the_bot_is_dead_after_its_third_recovery_and_the_others_go_on()
    {
        await using var town = await BotOnTown.MakeAsync(
            "claude-code", ("ALLOWED_REPOSITORIES", "octo/poison,octo/well"), ("MAX_CONCURRENT_TASKS", "2"), ("SANDBOX", "off"));
        await town.AddRepositoryAsync("octo/poison", issues: 1);
        await town.AddRepositoryAsync("octo/well", issues: 2);
        foreach (var (repository, number) in new[] { ("octo/poison", 1), ("octo/well", 1), ("octo/well", 2) })
            await town.GitHub.LabelAsync(repository, number, town.Town.Owner, "claude-bot", Token);
        var program = FakeClaudeCode.Write(
            Path.Combine(town.Folder, "fake"),
            $"case \"$prompt\" in *octo/poison*) kill -KILL $PPID; exec sleep 1000 ;; esac; echo note > note.txt; echo '{FakeClaudeCode.Result}'");

        var done = Task.WhenAll(
            town.WhenLabelledAsync("octo/well", 1, "bot:completed"), town.WhenLabelledAsync("octo/well", 2, "bot:completed"), town.WhenLabelledAsync("octo/poison", 1, "bot:failed"));
        var deaths = 0;
        for (; !done.IsCompleted; deaths++)
        {
            await using var bot = BotLife.Start(town, ["up"], [], [("CLAUDE_CODE_PATH", program)]);
            if (await Task.WhenAny(done, bot.WhenEndedAsync()) == done)
                break;
        }

        await done;
        deaths.ShouldBe(4);
        var dead = (await town.RunVerbAsync("queue", "list", "--state", "dead", "--json")).Output;
        dead.ShouldContain("octo--poison--issue-1-");
        dead.ShouldContain("died 4 times");
        dead.ShouldContain("transcripts/octo--poison--issue-1-");
        (await town.RunVerbAsync("timeline", "--since", "2020-01-01")).Output.ShouldContain("died while it ran; its transcripts are");
        town.PullRequests("octo/well").Count.ShouldBe(2);
        town.PullRequests("octo/poison").ShouldBeEmpty();

        var id = System.Text.RegularExpressions.Regex.Match(dead, "octo--poison--issue-1-[a-z0-9]{6}").Value;
        (await town.RunVerbAsync("queue", "retry", id)).ExitCode.ShouldBe(0);
        var mended = FakeClaudeCode.Write(Path.Combine(town.Folder, "mended"), $"echo note > note.txt; echo '{FakeClaudeCode.Result}'");
        await using var again = BotLife.Start(town, ["up"], [], [("CLAUDE_CODE_PATH", mended)]);
        await town.GitHub.WhenAsync(() => town.GitHub.Repository("octo/poison").Issues[1].LabelNames.Contains("bot:completed"), Token);
        town.PullRequests("octo/poison").ShouldHaveSingleItem();
    }

    private static BotLife Start(BotOnTown town, string role) => BotLife.Start(town, ["run", "--role", role], [], []);

    private static async Task<Playground.Demo.BotPorts> PortsAsync(BotOnTown town) =>
        System.Text.Json.JsonSerializer.Deserialize<Playground.Demo.BotPorts>(
            await File.ReadAllTextAsync(Path.Combine(town.DataDirectory, "tmp", "ports.json"), Token), Playground.Demo.BotPorts.Form)!;
}
