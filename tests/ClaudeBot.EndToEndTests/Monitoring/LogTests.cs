using System.Text.Json;
using System.Text.RegularExpressions;
using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests.Monitoring;

/// <summary>Every search of the runbook finds what took place, and finds nothing where nothing did.</summary>
[Trait("Length", "Long")]
public sealed partial class LogTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Every_search_of_the_runbook_finds_what_took_place_and_nothing_else(string structured)
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("ENABLE_STRUCTURED_LOGGING", structured), ("LOG_LEVEL", "DEBUG"));
        var logs = Path.Combine(bot.Folder, "logs");
        bot.Set("BOT_LOG_DIR", logs);
        var tried = bot.WhenPrintedAsync(line => line.Contains("Anthropic authentication", StringComparison.Ordinal));
        await bot.StartBotAsync();
        await tried;

        // Nothing but the start has happened.
        string[] quiet = [.. bot.Lines.Where(line => !line.Contains("DEBUG", StringComparison.Ordinal))];
        (await Grep.FindAsync(quiet, "ERROR")).ShouldBeEmpty();
        (await Grep.FindAsync(quiet, "-i", "rate limit")).ShouldBeEmpty();
        (await Grep.FindAsync(quiet, "-w", "429")).ShouldBeEmpty();
        (await Grep.FindAsync(quiet, "task_duration")).ShouldBeEmpty();
        (await Grep.FindAsync(quiet, "-E", "duration.*[0-9]{4,}")).ShouldBeEmpty();
        var auth = await Grep.FindAsync(quiet, "-i", "auth");
        auth.Count.ShouldBe(2);
        auth.ShouldContain(line => line.Contains("auth: GitHub authentication succeeded login=", StringComparison.Ordinal));
        auth.ShouldContain(line => line.Contains("auth: Anthropic authentication succeeded", StringComparison.Ordinal));

        // A task that meets a rate limit of the model's service, and a queue file that is none.
        bot.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.RateLimited, Times = 1 });
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        var quarantined = bot.WhenPrintedAsync(line => line.Contains("moved to corrupted/", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(bot.DataDirectory, "queue", "half.json"), "{\"title\": \"half", Token);
        var completed = bot.WhenPrintedAsync(line => line.Contains("task_duration", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await Task.WhenAll(completed, quarantined);
        await bot.StopBotAsync();

        // What the agent and its commands print is told at the level DEBUG: those words are not the bot's.
        string[] everything = [.. bot.Lines.Where(line => !IsOfThisMachine(line))];
        string[] all = [.. everything.Where(line => !line.Contains("DEBUG", StringComparison.Ordinal))];
        (await Grep.FindAsync(all, "ERROR")).ShouldHaveSingleItem().ShouldContain("half.json");
        var limits = await Grep.FindAsync(all, "-i", "rate limit");
        limits.ShouldHaveSingleItem().ShouldContain("Rate limit exceeded (HTTP 429)");
        // As a word: the id of a delivery, too, may have these digits.
        (await Grep.FindAsync(all, "-w", "429")).ShouldBe(limits);
        (await Grep.FindAsync(all, "-i", "auth")).Count.ShouldBe(2, "the model's words and the repository's are not the bot's");
        var completion = (await Grep.FindAsync(all, "task_duration")).ShouldHaveSingleItem();
        Duration().IsMatch(completion).ShouldBeTrue(completion);
        (await Grep.FindAsync(all, "-E", "duration.*[0-9]{4,}")).ShouldBeEmpty();

        // The task's id is on every line of its run, what the agent did included.
        var id = TaskId().Match(completion).Value;
        var ofTask = await Grep.FindAsync(everything, id);
        ofTask.ShouldContain(line => line.Contains("agent tool", StringComparison.Ordinal));
        ofTask.ShouldContain(limits[0]);
        var run = everything.SkipWhile(line => !line.Contains("began, attempt", StringComparison.Ordinal)).TakeWhile(line => line != completion).Append(completion);
        run.Where(line => Workers().IsMatch(line)).Except(ofTask).ShouldBeEmpty();

        // One event a line, in UTC, and the files have the same lines.
        everything.ShouldAllBe(line => structured == "true" ? IsEvent(line) : Plain().IsMatch(line));
        var file = await File.ReadAllLinesAsync(Path.Combine(logs, "claude-bot.log"), Token);
        file.Where(line => !IsOfThisMachine(line)).Select(WithoutTime).ShouldBe(everything.Select(WithoutTime), ignoreOrder: true);
    }

    // A variable of the tests that the bot inherits and does not know.
    private static bool IsOfThisMachine(string line) => line.Contains("CLAUDE_BOT_", StringComparison.Ordinal);

    // Each of the two looks at the clock itself.
    private static string WithoutTime(string line) => Milliseconds().Replace(line, "");

    private static bool IsEvent(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("timestamp").GetString()!.EndsWith('Z') && json.RootElement.GetProperty("level").GetString() is "DEBUG" or "INFO" or "WARNING" or "ERROR";
    }

    // At most three decimals, and nothing after it.
    [GeneratedRegex(@"task_duration=\d{1,3}\.\d{1,3}s(""})?$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"octo--greeter--issue-1-[0-9a-z]{6}")]
    private static partial Regex TaskId();

    [GeneratedRegex(@"(INFO|DEBUG|WARNING|ERROR)(""[^}]*?""category"":"")?\W*(QueueWorker|TaskRunner|AgentSession|ModelCalls|Closing|Announcement|WorkspaceStore|CheckRunner)")]
    private static partial Regex Workers();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR) \S+ ")]
    private static partial Regex Plain();
}
