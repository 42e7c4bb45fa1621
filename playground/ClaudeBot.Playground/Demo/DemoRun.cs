using System.Text.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Demo;

/// <summary>What the demonstration came to; the JSON line at its end.</summary>
/// <param name="State"><c>succeeded</c> only when the pull request is open and its branch was cloned and holds the change.</param>
/// <param name="Seconds">From the label to the end of the task.</param>
internal sealed record DemoResult(
    string? TaskId, string IssueUrl, string? PullRequestUrl, string? Branch, string? HeadSha, string State, string Agent, double Seconds);

/// <summary>One demonstration: a fresh playground, a fresh bot, one issue.</summary>
internal sealed class DemoRun(BotChoice bot, string folder, TimeProvider time)
{
    private const string TriggerLabel = "claude-bot";
    private const int FirstIssue = 1;

    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        var data = Path.Combine(folder, "bot");
        await using var town = await Town.StartAsync(new() { DataFolder = Path.Combine(folder, "github") }, bot.ModelKey, cancellationToken);
        Say($"A GitHub of your own listens at {town.Host.ServerUrl} with the repository {town.Sample.Name}.");
        Say(town.Claude is null
            ? "The model is the real one: ANTHROPIC_API_KEY is set."
            : "The model is scripted: a stand-in answers the agent. Set ANTHROPIC_API_KEY to use the real one.");

        var settings = new Dictionary<string, string>(town.BotSettings())
        {
            ["WEBHOOK_PORT"] = "0",
            ["METRICS_PORT"] = "0",
            ["STATUS_PORT"] = "0",
            ["AGENT"] = bot.Agent,
        };
        await using var process = BotProcess.Start(bot.Program, data, settings, line => Console.WriteLine($"  bot | {line}"));
        var ports = await process.WhenListeningAsync(time, cancellationToken);
        await town.AddHookAsync(ports.WebhookPort ?? throw new InvalidOperationException("The bot opened no webhook port."), cancellationToken);

        var issue = town.Host.GitHub.Repository(town.Sample.Name).Issues[FirstIssue];
        Say($"{town.Owner} puts the label '{TriggerLabel}' on issue #{FirstIssue}: {issue.Title}");
        var began = time.GetTimestamp();
        await town.Host.GitHub.LabelAsync(town.Sample.Name, FirstIssue, town.Owner, TriggerLabel, cancellationToken);
        var ended = EndFile.WhenWrittenAsync(data, time, cancellationToken);
        if (await Task.WhenAny(ended, process.WhenEndedAsync(cancellationToken)) != ended)
            throw new InvalidOperationException("The bot ended before the task did; its own lines above say why.");
        var end = await ended;
        return await JudgeAsync(town, issue, end, time.GetElapsedTime(began), cancellationToken);
    }

    private async Task<DemoResult> JudgeAsync(Town town, Issue issue, EndFile end, TimeSpan took, CancellationToken cancellationToken)
    {
        var pull = town.Host.GitHub.Repository(town.Sample.Name).PullRequests.FirstOrDefault(p => p.Pull!.HeadBranch == end.Branch && p.IsOpen);
        var head = pull is null ? null : await BranchProof.ShowAsync(town, end.Branch!, folder, Say, cancellationToken);
        var proven = end.State == "succeeded" && head is not null && head == end.HeadSha;
        if (!proven)
            Say($"No proven pull request: the task is {end.State}{(end.Reason is null ? "" : $" ({end.Reason})")}.");
        return new DemoResult(
            end.Id, issue.HtmlUrl, pull?.HtmlUrl, end.Branch, head,
            proven ? "succeeded" : "failed",
            bot.Agent,
            Math.Round(took.TotalSeconds, 1));
    }

    private static void Say(string text) => Console.WriteLine($"==> {text}");
}

/// <summary>What the bot wrote to <c>processed/</c> or <c>failed/</c> when the task ended.</summary>
internal sealed record EndFile(string Id, string State, string? Reason, string? Branch, string? HeadSha)
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly string[] EndFolders = ["processed", "failed"];

    public static async Task<EndFile> WhenWrittenAsync(string data, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var file = EndFolders
                .Select(name => Path.Combine(data, name))
                .Where(Directory.Exists)
                .SelectMany(name => Directory.GetFiles(name, "*.json"))
                .FirstOrDefault();
            if (file is not null)
                return JsonSerializer.Deserialize<EndFile>(await File.ReadAllTextAsync(file, cancellationToken), Form)!;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }
}
