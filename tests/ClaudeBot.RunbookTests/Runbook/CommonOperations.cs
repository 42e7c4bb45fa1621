using System.Globalization;
using ClaudeBot.RunbookTests.Stack;
using static ClaudeBot.RunbookTests.Runbook.Expectation;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What the section "Common operations" has to bring about.</summary>
internal static class CommonOperations
{
    public static IEnumerable<Expectation> All(Story story) =>
    [
        Of("cd /opt/claude-bot-infrastructure", result => result.ExitCode.ShouldBe(0)),
        new("docker-compose --profile nodejs up -d", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
            (await Story.ContainersAsync(token)).ShouldBe(["claude-bot", "claude-status-web"], ignoreOrder: true);
        }),
        Of("docker-compose ps", result =>
        {
            result.Lines.ShouldContain(line => line.StartsWith("claude-bot ", StringComparison.Ordinal) && line.Contains(" Up ", StringComparison.Ordinal));
            result.Lines.ShouldContain(line => line.StartsWith("claude-status-web ", StringComparison.Ordinal) && line.Contains(" Up ", StringComparison.Ordinal));
        }),
        Says("docker-compose logs --tail=50 claude-bot", "INFO", "started bot_id=claude-bot agent=claude-code"),
        .. Stopping(story),
        new("docker-compose exec claude-bot claude-bot queue pause --reason \"database work\"", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            story.Issue = await story.Services.AskWithPictureAsync("Tidy the notes while nothing runs", token);
            await Story.WhenAsync(() => Story.WaitingFiles(story.Issue).Any(), token);
        }),
        new("docker-compose exec claude-bot claude-bot queue resume", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await story.CompletedAsync(token);
            story.Services.Claude.Requests.All.SelectMany(request => request.Images).ShouldNotBeEmpty("the agent was shown the issue's picture");
        }),
        .. Logs(),
        .. Health(),
        Says("docker-compose exec claude-bot python3 /bot/scripts/status_reporter.py", "Status saved locally to /bot/data/status.json", "Status published to web dashboard", "Bot ID: claude-bot"),
        Of("docker-compose exec claude-bot python3 /bot/scripts/config_manager.py", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain("Configuration loaded successfully");
            result.Output.ShouldContain("target_repo: octo/greeter");
            result.Output.ShouldNotContain(story.Services.Token);
            result.Output.ShouldNotContain(story.Services.StatusToken);
        }),
        Says("docker-compose exec claude-bot ls -la /bot/data/queue/", "total 0") with { Section = "Manual task execution", Check = (result, _) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldNotContain(".json");
            return Task.CompletedTask;
        } },
        Says("docker-compose exec claude-bot claude-bot queue list", "octo--greeter--issue-", "succeeded", "Tidy the notes while nothing runs"),
    ];

    private static IEnumerable<Expectation> Stopping(Story story) =>
    [
        new("docker-compose stop", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Took.ShouldBeLessThan(TimeSpan.FromSeconds(40));
            (await Story.ContainersAsync(token)).ShouldBeEmpty();
            (await Story.InspectAsync("claude-bot", "{{.State.ExitCode}}", token)).ShouldBe("0");
            story.Services.Issue(story.Issue).LabelNames.ShouldContain("bot:queued");
            story.Services.Issue(story.Issue).LabelNames.ShouldNotContain("bot:in-progress");
            Story.WaitingFiles(story.Issue).ShouldHaveSingleItem();
        }) { Before = token => story.BeAmidATaskAsync("Note what a stop leaves", token) },
        new("docker-compose down", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            (await Shell.RunAsync("/", token, "docker", "ps", "--all", "--format", "{{.Names}}")).ShouldNotContain("claude-");
            Story.WaitingFiles(story.Issue).ShouldHaveSingleItem();
            await Installation.UpAsync(token);
            await story.LetItEndOnceAsync(token);
        }) { Section = "Stopping the system" },
        new("docker kill claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Story.WhenInspectedAsync("claude-bot", "{{.State.Status}} {{.State.ExitCode}}", state => state == "exited 137", token);
            await Installation.UpAsync(token);
            await story.LetItEndOnceAsync(token);
        }) { Before = token => story.BeAmidATaskAsync("Note what a kill leaves", token) },
    ];

    private static IEnumerable<Expectation> Logs() =>
    [
        Of("docker-compose logs -f claude-bot", result =>
        {
            result.ExitCode.ShouldBeNull("it follows");
            result.Output.ShouldContain("started bot_id=claude-bot");
        }) with { Patience = TimeSpan.FromSeconds(4) },
        Says("docker-compose logs --tail=100 claude-bot", "started bot_id=claude-bot"),
        Says("docker logs --since=\"2024-01-01T00:00:00\" claude-bot", "started bot_id=claude-bot"),
        Of("docker-compose logs claude-bot | grep ERROR", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Lines.ShouldAllBe(line => line.Contains(" ERROR ", StringComparison.Ordinal));
            result.Output.ShouldContain("broken.json");
        }) with { Before = token => Story.BreakAFileAsync("broken.json", token) },
    ];

    private static IEnumerable<Expectation> Health() =>
    [
        Says("docker ps --format \"table {{.Names}}\\t{{.Status}}\"", "(healthy)", "claude-status-web") with
        {
            Before = async token =>
            {
                await Story.WhenInspectedAsync("claude-bot", "{{.State.Health.Status}}", state => state == "healthy", token);
                await Story.WhenInspectedAsync("claude-status-web", "{{.State.Health.Status}}", state => state == "healthy", token);
            },
        },
        Says("curl -s http://localhost:8080/api/health | jq .", "\"status\": \"healthy\"", "\"active_bots\": 1", "\"timestamp\"", "\"uptime\""),
        Says("curl -s http://localhost:8000/health/ready | jq .", "\"status\": \"ready\""),
        Of("curl -s http://localhost:8000/metrics | grep claude_bot_health", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            var sample = result.Lines.Single(line => line.StartsWith("claude_bot_health{", StringComparison.Ordinal));
            double.Parse(sample.Split(' ')[1], CultureInfo.InvariantCulture).ShouldBe(1);
        }),
    ];
}
