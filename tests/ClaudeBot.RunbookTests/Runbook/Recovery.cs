using System.Security.Cryptography;
using System.Text;
using ClaudeBot.RunbookTests.Stack;
using static ClaudeBot.RunbookTests.Runbook.Expectation;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What the section "Recovery procedures" has to bring about.</summary>
internal static class Recovery
{
    private const string NewKey = "new_api_key";

    public static IEnumerable<Expectation> All(Story story) => [.. FullRecovery(story), .. BackupAndRestore(story), .. Corruption(), .. KeyRotation(story)];

    private static IEnumerable<Expectation> FullRecovery(Story story) =>
    [
        new("docker-compose down", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            (await Story.ContainersAsync(token)).ShouldBeEmpty();
        })
        {
            Section = "Full system recovery",
            Before = async token =>
            {
                await story.HaveAWaitingTaskAsync("Note what is stuck", token);
                File.SetLastWriteTimeUtc(Story.WaitingFiles(story.Issue).Single(), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3));
            },
        },
        new("(cd && umask 077 && tar -czf backup-$(date +%Y%m%d-%H%M%S).tar.gz /var/lib/docker/volumes/claude-bot-infrastructure_bot-data)", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            // The name says when it was made.
            var archive = Directory.GetFiles(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "backup-*.tar.gz").Max().ShouldNotBeNull();
            (await Shell.RunAsync("/", token, "tar", "-tzf", archive)).ShouldContain("_data/ledger.db");
            File.GetUnixFileMode(archive).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Delete(archive);
        }),
        Of("docker run --rm -v claude-bot-infrastructure_bot-data:/data --entrypoint find claude-bot:local \\\n  /data/queue -name \"*.json\" -mtime +1 -delete", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            Story.WaitingFiles(story.Issue).ShouldBeEmpty();
        }),
        new("docker-compose --profile nodejs up -d", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
            await Story.ResumeAsync(token);
            await story.Services.GitHub.WhenAsync(() => !story.Services.Issue(story.Issue).LabelNames.Contains("bot:queued"), token);
            (await Installation.InBotAsync(token, "claude-bot", "queue", "list", "--state", "cancelled")).ShouldContain("Note what is stuck");
        }) { Section = "Full system recovery" },
        Says("curl http://localhost:8080/api/health", "\"status\":\"healthy\""),
    ];

    private static IEnumerable<Expectation> BackupAndRestore(Story story) =>
    [
        Says("docker-compose exec claude-bot claude-bot data backup", "Backup /bot/data/backups/ledger-"),
        Says("docker-compose exec claude-bot ls /bot/data/backups", "ledger-"),
        new("docker-compose stop claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            (await Story.ContainersAsync(token)).ShouldBe(["claude-status-web"]);
        }),
        Says("docker-compose run --rm --no-deps --entrypoint sh claude-bot -c 'claude-bot data restore \"$(ls -d /bot/data/backups/ledger-*.db | tail -n 1)\" --force'", "Restored /bot/data/backups/ledger-"),
        new("docker-compose up -d claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Installation.WhenReadyAsync(token);
            story.Issue = await story.Services.AskAsync("Note what is after a restore", token);
            await story.CompletedAsync(token);
            (await Installation.InBotAsync(token, "claude-bot", "queue", "list")).ShouldContain("Tidy the notes while nothing runs");
        }) { Section = "Backup and restore" },
    ];

    private static IEnumerable<Expectation> Corruption() =>
    [
        Of("docker-compose exec claude-bot python3 -c \"\nimport json\nimport os\nfor f in os.listdir('/bot/data/queue'):\n    try:\n        with open(f'/bot/data/queue/{f}') as file:\n            json.load(file)\n    except Exception:\n        print(f'Corrupted: {f}')\n\"", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldNotContain("Corrupted");
        }) with { Before = token => Story.BreakAFileAsync("truncated.json", token) },
        Says("docker-compose exec claude-bot claude-bot queue verify", "The ledger is sound.", "in step"),
        Says("docker-compose exec claude-bot claude-bot queue quarantine", "truncated.json", "broken.json"),
        Of("docker-compose exec claude-bot mkdir -p /bot/data/corrupted", result => result.ExitCode.ShouldBe(0, result.Output)),
        new("docker-compose exec claude-bot sh -c 'for f in /bot/data/queue/corrupted*.json; do [ ! -e \"$f\" ] || mv \"$f\" /bot/data/corrupted/; done'", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            await Story.WhenAsync(() => File.Exists(Path.Combine(Story.Data, "corrupted", "corrupted-one.json")), token);
            File.Exists(Path.Combine(Story.QueueFolder, "corrupted-one.json")).ShouldBeFalse();
        }) { Before = token => File.WriteAllTextAsync(Path.Combine(Story.QueueFolder, "corrupted-one.json"), "{", token) },
        Troubleshooting.Restart("Data corruption recovery"),
    ];

    private static IEnumerable<Expectation> KeyRotation(Story story) =>
    [
        // The editor of the test writes both new keys, while a task runs on the old ones.
        new("vim .env", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            (await File.ReadAllTextAsync(Path.Combine(Installation.Folder, ".env"), token)).ShouldContain(story.Services.Token);
        })
        {
            Before = async token =>
            {
                await story.BeAmidATaskAsync("Note which keys were used", token);
                await Editor.PrepareAsync(new() { ["GITHUB_TOKEN"] = story.Services.NewToken(), ["ANTHROPIC_API_KEY"] = story.Services.NewModelKey() }, token);
            },
        },
        Of("echo \"new_api_key\" > secrets/anthropic_api_key_v2", result => result.ExitCode.ShouldBe(0, result.Output)),
        new("chgrp 10001 secrets/anthropic_api_key_v2 && chmod 640 secrets/anthropic_api_key_v2", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            // Still without a restart: the task that runs goes on with the key in the file.
            story.Services.Claude.Faults.Release();
            await WhenKeyIsUsedAsync(story, token);
        }),
        new("docker-compose restart claude-bot", async (result, token) =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            foreach (var old in story.Services.OldTokens)
                story.Services.GitHub.RevokeToken(old);
            await Installation.WhenReadyAsync(token);
            await story.LetItEndOnceAsync(token);
        }) { Section = "Emergency API key rotation" },
        Of("docker-compose logs --tail=50 claude-bot | grep -i auth", result =>
        {
            result.ExitCode.ShouldBe(0, result.Output);
            result.Output.ShouldContain("auth: GitHub authentication succeeded");
            result.Output.ShouldContain("auth: Anthropic authentication succeeded");
            result.Output.ShouldContain("anthropic_api_key_v2");
            result.Output.ShouldNotContain(NewKey);
        }),
    ];

    private static async Task WhenKeyIsUsedAsync(Story story, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(NewKey)));
        _ = await story.Services.Claude.Requests.WaitAsync(request => request.CredentialSha256 == key, cancellationToken);
    }
}
