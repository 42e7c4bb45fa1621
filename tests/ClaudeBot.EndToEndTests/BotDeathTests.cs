namespace ClaudeBot.EndToEndTests;

/// <summary>However a bot dies, no agent outlives it.</summary>
[Trait("Length", "Long")]
public sealed class BotDeathTests
{
    private const string Greeter = "octo/greeter";

    // A daemon in a session of its own, whose parent is gone; the nameless one has wiped its environment, too.
    private const string Daemon = """
        (setsid bash -c 'echo begun > "$0/daemon"; exec sleep 1000' "$HOME" < /dev/null > /dev/null 2>&1 &)
        """;

    private const string NamelessDaemon = """
        (env -i setsid bash -c 'cd "$0"; echo begun > daemon; exec sleep 1000' "$HOME" < /dev/null > /dev/null 2>&1 &)
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM", "TERM")]
    public async Task No_agent_and_nothing_it_started_lives_five_seconds_after_the_bot(params string[] signals)
    {
        await using var town = await BotOnTown.MakeAsync("claude-code");
        await using var bot = await StartOnIssueAsync(town, NamelessDaemon, "on");
        AgentProcesses.InFolder(town.DataDirectory).Count.ShouldBeGreaterThan(2, "the agent, its daemon, and who watches over them");

        foreach (var signal in signals)
            await bot.SignalAsync(signal);
        await bot.WhenEndedAsync();

        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);
    }

    [Fact]
    public async Task Without_a_sandbox_the_agent_dies_with_the_bot_and_its_daemons_before_the_next_life_takes_a_task_back()
    {
        await using var town = await BotOnTown.MakeAsync("claude-code");
        await using (var bot = await StartOnIssueAsync(town, Daemon, "off"))
        {
            bot.Lines.ShouldContain(line => line.Contains("WARNING SandboxCheck sandbox: off"));
            await bot.SignalAsync("KILL");
            await bot.WhenEndedAsync();
        }

        await AgentProcesses.WhenAsync(town.DataDirectory, alive => alive is [var only] && only.Text.Contains("sleep"), Soon, Token);
        await using var next = BotLife.Start(town, ["up"], [], [("SANDBOX", "off"), ("CLAUDE_CODE_PATH", FakeClaudeCode.Write(Path.Combine(town.Folder, "next"), $"echo note > note.txt; echo '{FakeClaudeCode.Result}'"))]);
        await town.WhenLabelledAsync(Greeter, 1, "bot:completed");

        var said = next.Lines.ToList();
        var killed = said.FindIndex(line => line.Contains("WARNING EarlierRuns Killed 1 processes"));
        var reclaimed = said.FindIndex(line => line.Contains("was left by a worker that died"));
        killed.ShouldBeGreaterThanOrEqualTo(0);
        reclaimed.ShouldBeGreaterThan(killed);
        said.FindIndex(line => line.Contains("StartupNotice started")).ShouldBeGreaterThan(reclaimed);
        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);
        town.PullRequests(Greeter).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_real_CLI_dies_with_a_bot_that_is_killed_and_the_next_life_finishes_its_task_once()
    {
        await using var town = await BotOnTown.MakeAsync("claude-code");
        await town.GitHub.LabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        town.Town.Claude!.Faults.Add(new Playground.Claude.Fault { Kind = Playground.Claude.FaultKind.Stall });
        var left = "";
        // Of its own: every bot that starts takes away what dead ones left in the folder that they share.
        var temporary = Directory.CreateDirectory(Path.Combine(town.Folder, "t")).FullName;
        await using (var bot = BotLife.Start(town, ["up"], [], [("TMPDIR", temporary)]))
        {
            left = $"claude-bot-doors-*-{bot.Id}.*";
            await town.Town.Claude.Requests.WaitAsync(request => request.Path.EndsWith("/messages", StringComparison.Ordinal), Token);
            AgentProcesses.InFolder(town.DataDirectory).ShouldNotBeEmpty();
            await bot.SignalAsync("KILL");
            await bot.WhenEndedAsync();
        }

        await AgentProcesses.WhenGoneAsync(town.DataDirectory, Soon, Token);
        Directory.GetDirectories(temporary, left).ShouldHaveSingleItem("the way of its agent to the gateway");
        town.Town.Claude.Faults.Clear();
        await using var next = BotLife.Start(town, ["up"], [], [("TMPDIR", temporary)]);
        await town.WhenLabelledAsync(Greeter, 1, "bot:completed");
        Directory.GetDirectories(temporary, left).ShouldBeEmpty();
        town.PullRequests(Greeter).ShouldHaveSingleItem();
        town.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem();
        town.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_that_allows_no_sandbox_refuses_the_start_with_reason_and_remedy_unless_it_is_switched_off()
    {
        await using var town = await BotOnTown.MakeAsync("api");
        // A machine inside the machine, whose root may do nothing.
        string[] machine = ["bwrap", "--die-with-parent", "--unshare-user", "--cap-drop", "ALL", "--dev-bind", "/", "/"];

        await using (var refused = BotLife.Start(town, ["up"], machine, []))
        {
            (await refused.WhenEndedAsync()).ShouldBe(69);
            var reason = refused.Lines[^1];
            reason.ShouldContain("The sandbox for agents cannot be made here: bwrap: ");
            reason.ShouldContain("or set SANDBOX=off");
        }

        await using var bot = BotLife.Start(town, ["up"], machine, [("SANDBOX", "off")]);
        await bot.WhenSaidAsync("StartupNotice started");
        (await town.RunVerbAsync("status", "show", "--json")).Output.ShouldContain("sandbox");
    }

    /// <summary>Gives the bot when its agent is at work and has started its daemon.</summary>
    private static async Task<BotLife> StartOnIssueAsync(BotOnTown town, string daemon, string sandbox)
    {
        var program = FakeClaudeCode.Write(Path.Combine(town.Folder, "fake"), $"{daemon}\nexec sleep 1000");
        await town.GitHub.LabelAsync(Greeter, 1, town.Town.Owner, "claude-bot", Token);
        var bot = BotLife.Start(town, ["up"], [], [("CLAUDE_CODE_PATH", program), ("SANDBOX", sandbox)]);
        await AgentProcesses.WhenFileAsync(Directory.CreateDirectory(Path.Combine(town.DataDirectory, "sessions")).FullName, "daemon", Token);
        return bot;
    }
}
