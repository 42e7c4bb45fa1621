using System.Diagnostics;

namespace ClaudeBot.Tests.Deployment;

/// <summary>The units in deploy/systemd: of a form that systemd takes, hardened, and leaving the sandbox what it needs.</summary>
public sealed class SystemdTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "deploy", "systemd");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Units => [.. Directory.GetFiles(Folder, "*.service").Select(Path.GetFileName).OfType<string>()];

    [Theory]
    [InlineData("claude-bot.service", "up")]
    [InlineData("claude-bot-run.service", "run")]
    [InlineData("claude-bot-web.service", "web")]
    public void Each_unit_starts_its_verb_as_the_bots_user_with_the_secrets_as_files(string unit, string verb)
    {
        var lines = Read(unit);
        lines["ExecStart"].ShouldBe([$"/opt/claude-bot/claude-bot {verb}"]);
        lines["User"].ShouldBe(["claude-bot"]);
        File.ReadAllText(Path.Combine(Folder, "claude-bot.sysusers.conf")).ShouldStartWith("u claude-bot ");
        lines["EnvironmentFile"].ShouldBe(["/etc/claude-bot/claude-bot.env"]);
        foreach (var credential in lines["LoadCredential"].Select(line => line.Split(':')[0]))
        {
            string.Join(' ', lines["Environment"]).ShouldContain($"{credential.ToUpperInvariant()}_FILE=%d/{credential}");
            ClaudeBot.Configuration.SettingsCatalogue.Find(credential.ToUpperInvariant()).ShouldNotBeNull(credential);
        }

        lines["LoadCredential"].Length.ShouldBe(verb == "web" ? 1 : 4, "the bots' keys are none of the status web's business");
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Nothing_is_left_open_but_what_the_sandbox_needs(string unit)
    {
        var lines = Read(unit);
        foreach (var (name, value) in new[] { ("NoNewPrivileges", "yes"), ("CapabilityBoundingSet", ""), ("ProtectSystem", "strict"), ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"), ("ProtectKernelModules", "yes"), ("ProtectControlGroups", "yes"), ("RestrictSUIDSGID", "yes"), ("SystemCallArchitectures", "native") })
            lines[name].ShouldBe([value], name);

        string[] coversProc = ["ProtectProc", "ProcSubset", "ProtectKernelTunables", "ProtectKernelLogs", "RestrictNamespaces"];
        coversProc.Where(lines.ContainsKey).ShouldBe(unit == "claude-bot-web.service" ? coversProc : [], ignoreOrder: true);
        // These would take .NET's and Node's compilers their memory.
        lines.ShouldNotContainKey("MemoryDenyWriteExecute");
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_stop_leaves_time_to_park_and_a_wrong_configuration_is_not_tried_again_and_again(string unit)
    {
        var lines = Read(unit);
        if (unit != "claude-bot-web.service")
        {
            int.Parse(lines["TimeoutStopSec"][0], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(25);
            lines["KillMode"].ShouldBe(["mixed"]);
        }

        lines["RestartPreventExitStatus"][0].Split(' ').ShouldContain($"{ClaudeBot.Commands.ExitCode.Configuration}");
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task Systemd_takes_the_unit_and_finds_little_exposed(string unit)
    {
        if (!File.Exists("/usr/bin/systemd-analyze"))
            Assert.Skip("systemd is not installed here.");
        var folder = Directory.CreateTempSubdirectory("claude-bot-units-");
        try
        {
            var copy = Path.Combine(folder.FullName, unit);
            // It looks for the program too.
            await File.WriteAllTextAsync(copy, (await File.ReadAllTextAsync(Path.Combine(Folder, unit), Token)).Replace("/opt/claude-bot/claude-bot", "/bin/true", StringComparison.Ordinal), Token);
            (await AnalyzeAsync("verify", copy)).ShouldBe((0, ""));
            // In tenths; a service as it comes has 96.
            (await AnalyzeAsync("security", "--offline=true", $"--threshold={(unit == "claude-bot-web.service" ? 20 : 40)}", "--no-pager", copy)).Code.ShouldBe(0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string[]> Read(string unit) =>
        File.ReadAllLines(Path.Combine(Folder, unit)).Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2)).GroupBy(pair => pair[0], pair => pair[1]).ToDictionary(same => same.Key, same => same.ToArray());

    private static async Task<(int Code, string Error)> AnalyzeAsync(params string[] arguments)
    {
        using var analyze = Process.Start(new ProcessStartInfo("/usr/bin/systemd-analyze", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = analyze.StandardOutput.ReadToEndAsync(Token);
        var error = await analyze.StandardError.ReadToEndAsync(Token);
        await output;
        await analyze.WaitForExitAsync(Token);
        return (analyze.ExitCode, error);
    }
}
