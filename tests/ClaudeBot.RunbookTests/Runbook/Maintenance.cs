using static ClaudeBot.RunbookTests.Runbook.Expectation;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What the sections "Maintenance procedures", "Monitoring queries" and "Post-incident review" have to bring about.</summary>
internal static class Maintenance
{
    public static IEnumerable<Expectation> All(Story story)
    {
        var task = "";
        return
        [
            Of("docker-compose exec claude-bot sh -c 'ls /bot/data/queue | wc -l'", result =>
            {
                result.ExitCode.ShouldBe(0, result.Output);
                result.Lines.ShouldContain("0");
            }),
            Says("docker-compose exec claude-bot claude-bot data prune --older-than 30d --dry-run", "Would remove: 0 tasks"),
            Says("docker-compose exec claude-bot df -h /bot/data", "/bot/data"),
            Says("docker system df", "Local Volumes"),
            Says("docker-compose exec claude-bot claude-bot status show", "Status: ", "Spend today: "),
            Says("docker-compose exec claude-bot claude-bot logs rotate", "Put aside in /bot/logs: "),
            Says("docker logs --since=\"1h\" claude-bot | grep ERROR", " ERROR "),
            new("docker-compose logs claude-bot | grep \"task_id_here\"", (result, _) =>
            {
                result.ExitCode.ShouldBe(0, result.Output);
                result.Lines.ShouldAllBe(line => line.Contains(task, StringComparison.Ordinal));
                result.Output.ShouldContain("task_duration=");
                return Task.CompletedTask;
            })
            {
                Before = async token =>
                {
                    story.Issue = await story.Services.AskAsync("Note how one task is found", token);
                    await story.CompletedAsync(token);
                    await Story.WhenAsync(() => Ended(story).Length > 0, token);
                    task = Path.GetFileNameWithoutExtension(Ended(story)[0]);
                },
                Typed = () => $"docker-compose logs claude-bot | grep \"{task}\"",
            },
            Of("docker-compose logs claude-bot | grep -E \"duration.*[0-9]{4,}\"", result => result.ExitCode.ShouldBe(1, $"no task took so long:\n{result.Output}")),
            Says("docker-compose exec claude-bot claude-bot timeline --since 24h", "octo--greeter--issue-"),
        ];
    }

    private static string[] Ended(Story story) => Directory.GetFiles(Path.Combine(Story.Data, "processed"), $"octo--greeter--issue-{story.Issue}-*.json");
}
