using System.Text;
using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

public sealed class SecretsTests
{
    private const string Greeter = "octo/greeter";
    private static readonly string[] Secret = ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ANTHROPIC_API_KEY"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_a_command_line_the_agents_environment_a_file_a_log_line_or_a_page()
    {
        await using var bot = await BotOnTown.MakeAsync("claude-code", ("LOG_LEVEL", "DEBUG"));
        var secrets = Secret.Select(name => bot.Town.BotSettings()[name]).ToList();
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);

        bot.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.Stall });
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.Town.Claude.Requests.WaitAsync(request => request.Path.EndsWith("/messages", StringComparison.Ordinal), Token);
        Leaks(AgentProcesses.CommandLines(), secrets).ShouldBeEmpty();
        var agents = AgentProcesses.Environments(bot.DataDirectory);
        agents.ShouldNotBeEmpty("the agent is at work, so its environment must be there to look at");
        Leaks(agents, secrets).ShouldBeEmpty();
        bot.Town.Claude.Faults.Release();
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");
        Leaks(await PagesAsync(bot), secrets).ShouldBeEmpty();
        await bot.StopBotAsync();

        Leaks(bot.Lines.Select((line, n) => ($"log line {n}", line)), secrets).ShouldBeEmpty();
        var files = Directory.EnumerateFiles(bot.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file) is { LinkTarget: null })
            .Select(file => (file, Encoding.Latin1.GetString(File.ReadAllBytes(file))))
            .ToList();
        files.ShouldContain(file => file.file.EndsWith("ledger.db", StringComparison.Ordinal));
        files.ShouldContain(file => file.file.Contains("/transcripts/", StringComparison.Ordinal));
        files.ShouldContain(file => file.file.EndsWith("/config", StringComparison.Ordinal));
        Leaks(files, secrets).ShouldBeEmpty();
    }

    private static List<string> Leaks(IEnumerable<(string Where, string Text)> places, List<string> secrets) =>
        [.. places.Where(place => secrets.Exists(secret => place.Text.Contains(secret, StringComparison.Ordinal))).Select(place => place.Where)];

    private static async Task<List<(string, string)>> PagesAsync(BotOnTown bot)
    {
        using var http = new HttpClient();
        var pull = bot.PullRequests(Greeter).ShouldHaveSingleItem();
        Uri[] pages =
        [
            new(bot.Town.Host.ServerUrl, $"/{Greeter}/issues/1"),
            new(bot.Town.Host.ServerUrl, $"/{Greeter}/pull/{pull.Number}"),
            new($"http://127.0.0.1:{bot.Ports.StatusPort}/"),
            new($"http://127.0.0.1:{bot.Ports.StatusPort}/api/tasks"),
            new($"http://127.0.0.1:{bot.Ports.MetricsPort}/metrics"),
        ];
        var texts = new List<(string, string)>();
        foreach (var page in pages)
            texts.Add((page.ToString(), await http.GetStringAsync(page, Token)));
        return texts;
    }
}
