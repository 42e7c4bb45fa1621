using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Tests.Sandbox;
using ClaudeBot.Tests.Secrets;

namespace ClaudeBot.EndToEndTests.Gauntlet;

/// <summary>
/// The real bot, with an agent and a check that try everything in <see cref="Probes"/> and write down all that they can read. When
/// they are done, no secret of the service stands anywhere that anybody but the service reads.
/// </summary>
[Trait("Length", "Long")]
public sealed class AfterGauntletTests
{
    private const string Trap = "octo/trap";
    private static readonly string[] Secret = ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "ANTHROPIC_API_KEY", "STATUS_TOKEN"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_the_whole_gauntlet_no_secret_is_anywhere()
    {
        await using var bot = await BotOnTown.MakeAsync(
            "claude-code", ("ALLOWED_REPOSITORIES", Trap), ("TARGET_REPO", ""), ("LOG_LEVEL", "DEBUG"), ("STATUS_TOKEN", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))),
            ("SANDBOX_MEMORY_MB", "1024"), ("SANDBOX_PROCESSES", "200"), ("SANDBOX_FILE_MB", "64"), ("SANDBOX_TMP_MB", "64"), ("TASK_STALL_TIMEOUT", "1h"));
        var secrets = Secret.ToDictionary(name => name, name => bot.Settings[name]);
        var scan = new LeakScan(secrets.Values);
        var agent = Path.Combine(bot.Folder, "agent");
        bot.Set("CLAUDE_CODE_PATH", HostileAgent.Write(agent));
        var secretFolder = Directory.CreateDirectory(Path.Combine(bot.Folder, "secrets")).FullName;
        foreach (var (name, value) in secrets)
        {
            await File.WriteAllTextAsync(Path.Combine(secretFolder, name), value, Token);
            bot.Set(name, "");
            bot.Set($"{name}_FILE", Path.Combine(secretFolder, name));
        }

        await bot.AddRepositoryAsync(Trap, 2, HostileAgent.Policy);
        var temporary = Path.GetTempFileName();
        var samples = new ProcessSamples();
        await using (samples)
        {
            await bot.StartBotAsync();
            var mirror = Path.Combine(bot.DataDirectory, "mirrors", "octo--trap.git", "objects");
            HostileAgent.Tell(agent, bot.Ports, new Dictionary<string, string> { ["DATA"] = bot.DataDirectory, ["MIRROR"] = mirror, ["HIDDEN"] = secretFolder, ["TEMPORARY"] = temporary, ["SOCKET"] = Path.Combine(bot.DataDirectory, "bot.sock") });
            await bot.Town.AddHookAsync(Trap, bot.Ports.WebhookPort!.Value, Token);
            foreach (var number in new[] { 1, 2 })
                await bot.GitHub.LabelAsync(Trap, number, bot.Town.Owner, "claude-bot", Token);
            // What it read holds its own pass to the gateway, and must not leave.
            await bot.GitHub.WhenAsync(() => bot.GitHub.Repository(Trap).Issues[1].Comments.Any(comment => comment.Body.Contains("did not pass the gate", StringComparison.Ordinal)), Token);
            await bot.WhenFiledAsync("failed");
            await bot.WhenFiledAsync("processed");
            File.Delete(temporary);
            var reports = Directory.GetFiles(Path.Combine(bot.DataDirectory, "sessions"), "*report.txt", SearchOption.AllDirectories).ToDictionary(file => Path.GetFileName(file), File.ReadAllLines);
            foreach (var name in new[] { "report.txt", HostileAgent.CheckReport })
            {
                reports[name].Length.ShouldBe(Probes.Potent.Count + Probes.Others.Count + 1, name);
                reports[name].ShouldContain("all probes were run");
                reports[name].Where(line => line.Contains("escaped", StringComparison.Ordinal)).ShouldBeEmpty(name);
            }

            scan.Leaks(LeakScan.Files(bot.DataDirectory)).ShouldBeEmpty("while it runs: the ledger and its log, transcripts, sessions, spool, ends");
            scan.Leaks(LeakScan.GitObjects(bot.DataDirectory)).ShouldBeEmpty();
            scan.Leaks(await PagesAsync(bot)).ShouldBeEmpty();
            await AbortAsync(bot.Ports.Pid);
            await bot.StopBotAsync();
        }

        scan.Leaks(samples.Seen).ShouldBeEmpty();
        scan.Leaks(bot.Lines.Select(line => ($"log: {line}", line))).ShouldBeEmpty();
        scan.Leaks(LeakScan.Files(bot.DataDirectory)).ShouldBeEmpty("after a crash");
        scan.Leaks(CrashFiles(bot.DataDirectory)).ShouldBeEmpty();
        scan.Leaks(LeakScan.GitObjects(Path.Combine(bot.Folder, "github"))).ShouldBeEmpty("what was pushed");
        scan.Leaks(bot.Town.Host.Requests.All.Select(exchange => (exchange.ToString(), exchange.BodyText))).ShouldBeEmpty("what was said on GitHub");
        var pushed = bot.PullRequests(Trap).ShouldHaveSingleItem();
        (await bot.GitHub.ReadFileAsync(Trap, pushed.Pull!.HeadBranch, HostileAgent.Report, Token)).ShouldNotBeNull();
        samples.Seen.Count(seen => seen.Text.Contains("HOME=" + Path.Combine(bot.DataDirectory, "sessions"), StringComparison.Ordinal)).ShouldBeGreaterThan(5, "the agents' environments were among what was looked at");
    }

    [Fact]
    public void The_scan_finds_a_secret_in_every_disguise_wherever_it_stands()
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var scan = new LeakScan([secret]);
        var folder = Directory.CreateTempSubdirectory("claude-bot-planted-").FullName;
        foreach (var (name, disguise) in Disguise.All)
            File.WriteAllBytes(Path.Combine(folder, name), Encoding.Latin1.GetBytes($"before {disguise(secret)} after"));

        scan.Leaks(LeakScan.Files(folder)).Select(Path.GetFileName).ShouldBe(Disguise.All.Keys, ignoreOrder: true);

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<(string, string)>> PagesAsync(BotOnTown bot)
    {
        using var http = new HttpClient();
        var status = new Uri($"http://127.0.0.1:{bot.Ports.StatusPort}");
        var ids = Directory.GetFiles(Path.Combine(bot.DataDirectory, "processed")).Concat(Directory.GetFiles(Path.Combine(bot.DataDirectory, "failed"))).Select(Path.GetFileNameWithoutExtension).ToList();
        ids.Count.ShouldBe(2);
        List<Uri> pages =
        [
            new($"http://127.0.0.1:{bot.Ports.MetricsPort}/metrics"), new($"http://127.0.0.1:{bot.Ports.MetricsPort}/health/ready"),
            new(status, "/"), new(status, "/api/tasks"), new(status, "/api/health"), .. ids.Select(id => new Uri(status, $"/api/tasks/{id}")),
            .. bot.GitHub.Repository(Trap).Issues.Values.Select(issue => new Uri(issue.HtmlUrl)),
        ];
        var texts = new List<(string, string)>();
        foreach (var page in pages)
        {
            using var answer = await http.GetAsync(page, Token);
            texts.Add((page.ToString(), await answer.Content.ReadAsStringAsync(Token)));
        }

        foreach (var verb in new[] { "config show", "timeline --since 2020-01-01", "queue list", $"explain {Trap}#1" })
            texts.Add((verb, (await bot.RunVerbAsync(verb.Split(' '))).Output));
        return texts;
    }

    /// <summary>Ends it as a fault in the runtime would, which leaves a core dump where one is allowed.</summary>
    private static async Task AbortAsync(int process)
    {
        using var kill = Process.Start("kill", ["-ABRT", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }

    private static IEnumerable<(string Where, string Text)> CrashFiles(string dataDirectory) =>
        new[] { dataDirectory, Environment.CurrentDirectory, Path.GetTempPath(), "/var/crash", "/var/lib/systemd/coredump" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder))
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("core", StringComparison.Ordinal) || name.Contains("dump", StringComparison.Ordinal) || name.EndsWith(".dmp", StringComparison.Ordinal)))
            .Select(file => (file, Encoding.Latin1.GetString(File.ReadAllBytes(file))));
}
