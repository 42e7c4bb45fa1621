using System.Globalization;
using System.Text.RegularExpressions;
using ClaudeBot.Playground.Faults;
using ClaudeBot.RunbookTests.Stack;
using static ClaudeBot.RunbookTests.Runbook.Expectation;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What the section "Troubleshooting procedures" has to bring about.</summary>
internal static partial class Troubleshooting
{
    private const double MostIdleMegabytes = 120;

    public static IEnumerable<Expectation> All(Story story) => [.. NotProcessing(story), .. Memory(), .. RateLimits(story), .. RestartLoop(), .. DeadTasks(story)];

    private static IEnumerable<Expectation> NotProcessing(Story story) =>
    [
        Says("docker ps | grep claude-bot", " Up ", "claude-bot"),
        Says("docker-compose logs --tail=100 claude-bot | grep ERROR", "again.json") with { Before = token => Story.BreakAFileAsync("again.json", token) },
        new("docker-compose exec claude-bot ls -la /bot/data/queue/", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain($"octo--greeter--issue-{story.Issue}-");
            await Story.ResumeAsync(token);
            await story.CompletedAsync(token);
        }) { Section = "Bot not processing issues", Before = token => story.HaveAWaitingTaskAsync("List what waits", token) },
        Says("docker-compose exec claude-bot gh auth status", $"Logged in to {Services.Name}", $"as {Services.BotLogin}"),
        Says("docker-compose exec claude-bot claude-bot auth check", "auth: GitHub authentication succeeded login=claude-bot", "auth: Anthropic authentication succeeded"),
        Says("docker-compose exec claude-bot claude-bot explain octo/greeter#1", "octo/greeter#1: "),
        Of("docker-compose exec claude-bot claude-bot doctor", result => result.ExitCode.ShouldBe(0, result.Output)),
        new("docker-compose up -d claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
        }) { Section = "Bot not processing issues", Before = token => Shell.RunAsync("/", token, "docker", "stop", "claude-bot") },
    ];

    private static IEnumerable<Expectation> Memory() =>
    [
        new("docker stats claude-bot --no-stream", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            Megabytes(result.Output).ShouldBeLessThan(MostIdleMegabytes);
            var web = await Shell.RunAsync("/", token, "docker", "stats", "claude-status-web", "--no-stream");
            Megabytes(web).ShouldBeLessThan(MostIdleMegabytes);
            Measured.Add($"idle: bot {Megabytes(result.Output):0} MiB, status web {Megabytes(web):0} MiB");
        }),
        // Cut off at 80 columns where the terminal's width comes too late.
        Says("docker-compose exec claude-bot ps aux | sort -nrk 4 | head", "claude-bot ru"),
        Says("docker-compose logs --tail=1000 claude-bot | grep \"task_duration\"", "task_duration=", "octo--greeter--issue-"),
        Restart("High memory usage"),
        Says("sed -i -e '/^MAX_CONCURRENT_TASKS=/d' -e '$a\\' .env && echo \"MAX_CONCURRENT_TASKS=2\" >> .env"),
        new("docker-compose up -d --force-recreate claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
            Measured.Add($"ready {await ReadyAfterAsync(token):0.0} s after the container's start");
        }),
        Says("docker-compose exec claude-bot claude-bot config show | grep MAX_CONCURRENT_TASKS", "2", "/run/secrets/bot.env"),
    ];

    private static IEnumerable<Expectation> RateLimits(Story story) =>
    [
        Says("docker-compose logs claude-bot | grep -i \"rate limit\"", "rate limit", "403") with
        {
            Before = async token =>
            {
                story.Services.Faults.Add(new Fault(FaultKind.SecondaryRateLimit, "POST", "/comments$") { RetryAfterSeconds = 1 });
                story.Issue = await story.Services.AskAsync("Note what happens at the limit", token);
                await story.CompletedAsync(token);
            },
        },
        Says("curl -s http://localhost:8000/metrics | grep api_rate_limit", "claude_bot_api_rate_limit_remaining"),
        Says("sed -i -e '/^ISSUE_CHECK_INTERVAL=/d' -e '/^PR_CHECK_INTERVAL=/d' -e '$a\\' .env && printf 'ISSUE_CHECK_INTERVAL=30\\nPR_CHECK_INTERVAL=60\\n' >> .env"),
        new("docker-compose restart claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
            var shown = await Installation.InBotAsync(token, "claude-bot", "config", "show");
            shown.Split('\n').ShouldContain(line => line.Contains("ISSUE_CHECK_INTERVAL", StringComparison.Ordinal) && line.Contains("30", StringComparison.Ordinal));
        }) { Section = "API rate limiting" },
    ];

    private static IEnumerable<Expectation> RestartLoop() =>
    [
        Says("docker ps -a | grep claude-bot", "Restarting (78)") with
        {
            Before = async token =>
            {
                await Installation.SetAsync("MAX_ATTEMPTS", "banana", token);
                await Installation.ComposeAsync(token, "restart", "claude-bot");
                await Story.WhenInspectedAsync("claude-bot", "{{.State.Status}} {{.RestartCount}}", state => state is "restarting 5" or "restarting 6" or "restarting 7", token);
            },
        },
        Says("docker logs claude-bot --tail=50", "ERROR configuration: MAX_ATTEMPTS"),
        new("docker inspect claude-bot | jq '.[0].State.Health'", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain("\"Status\": ");
            await Installation.SetAsync("MAX_ATTEMPTS", "3", token);
            await Installation.ComposeAsync(token, "restart", "claude-bot");
            await Installation.WhenReadyAsync(token);
        }),
        Says("ls -la /var/lib/docker/volumes/", "claude-bot-infrastructure_bot-data", "claude-bot-infrastructure_bot-logs", "claude-bot-infrastructure_status-data"),
        Says("df -h", "Avail"),
    ];

    private static IEnumerable<Expectation> DeadTasks(Story story) =>
    [
        Of("docker-compose exec claude-bot claude-bot queue list --state dead failed", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain("make the agent fail", Case.Insensitive);
            result.Output.ShouldNotContain("succeeded");
        }) with
        {
            Before = async token =>
            {
                story.Issue = await story.Services.AskAsync("Make the agent fail", token);
                await story.Services.WhenLabelledAsync(story.Issue, "bot:failed", token);
            },
        },
        Of("docker-compose exec claude-bot claude-bot timeline --since 1h", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain($"octo--greeter--issue-{story.Issue}-");
        }),
    ];

    /// <summary>A restart that the bot comes back from.</summary>
    public static Expectation Restart(string section) => new("docker-compose restart claude-bot", async (result, token) =>
    {
        result.ExitCode.ShouldBe(0, result.Output);
        await Installation.WhenReadyAsync(token);
    })
    { Section = section };

    private static double Megabytes(string stats)
    {
        var usage = Usage().Match(stats);
        usage.Success.ShouldBeTrue(stats);
        var number = double.Parse(usage.Groups["number"].Value, CultureInfo.InvariantCulture);
        return usage.Groups["unit"].Value switch { "KiB" => number / 1024, "GiB" => number * 1024, _ => number };
    }

    /// <summary>From the container's start to the line that says that the bot listens, in seconds.</summary>
    private static async Task<double> ReadyAfterAsync(CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.Parse(await Story.InspectAsync("claude-bot", "{{.State.StartedAt}}", cancellationToken), CultureInfo.InvariantCulture);
        var line = (await Shell.RunAsync("/", cancellationToken, "docker", "logs", "claude-bot")).Split('\n').Last(one => one.Contains("started bot_id", StringComparison.Ordinal));
        return (DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) - started).TotalSeconds;
    }

    [GeneratedRegex(@"(?<number>[0-9.]+)(?<unit>[KMG]iB) / ")]
    private static partial Regex Usage();
}
