using System.Diagnostics;

namespace ClaudeBot.Tests.Deployment;

/// <summary><c>deploy/install.sh</c> in a temporary folder, with stand-ins for Docker that write down what they are asked.</summary>
[Trait("Length", "Long")]
public sealed class InstallTests : IDisposable
{
    /// <summary>Version 2 is good; "broken" cannot be built, and "sick" does not become healthy.</summary>
    private const string Docker = """
        #!/usr/bin/env bash
        echo "docker $*" >> "$STAND/calls"
        case "$*" in
          version*) echo 20.10.0 ;;
          ps*) cat "$STAND/running" ;;
          "image inspect"*) echo "id-of-$(cat "$STAND/target/docker-compose.yml")" ;;
          exec*"data backup"*)
            if [ -e "$STAND/restarts" ]; then echo "Error response from daemon: Container 12 is restarting, wait until the container is running" >&2; exit 1; fi
            echo the-ledger ;;
          run*"data backup"*)
            if [ -e "$STAND/damaged" ]; then echo "error: the file is damaged" >&2; exit 69; fi
            echo the-ledger-beside ;;
          inspect*.Config.User*) echo "id-of-the-bot bot" ;;
          *.State.*) if grep -q sick "$STAND/target/docker-compose.yml"; then echo unhealthy; else echo healthy; fi ;;
          inspect*) echo /claude-bot ;;
        esac
        """;

    private const string Compose = """
        #!/usr/bin/env bash
        echo "compose $*" >> "$STAND/calls"
        case "$1" in
          version) echo 2.20.0 ;;
          build) ! grep -q broken docker-compose.yml ;;
          stop) [ ! -e "$STAND/no-stop" ] ;;
          ps) echo 1234 ;;
          run) echo "given: $(cat)" >> "$STAND/calls" ;;
        esac
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-install-");

    public InstallTests()
    {
        Directory.CreateDirectory(At("bin"));
        File.WriteAllText(At("running"), "");
        foreach (var (name, script) in new[] { ("docker", Docker), ("docker-compose", Compose) })
        {
            File.WriteAllText(At("bin", name), script + "\n");
            File.SetUnixFileMode(At("bin", name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_that_is_no_installation_is_left_alone()
    {
        Directory.CreateDirectory(At("target", "src"));
        await File.WriteAllTextAsync(At("target", "src", "mine.c"), "int main;", Token);

        var (exitCode, output) = await InstallAsync("one");

        exitCode.ShouldBe(1);
        output.ShouldContain("is no installation of Claude Bot");
        Directory.GetFileSystemEntries(At("target"), "*", SearchOption.AllDirectories).ShouldBe([At("target", "src"), At("target", "src", "mine.c")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_last_line_of_the_settings_without_an_end_is_ended_before_another_is_added()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("target", ".env"), "GITHUB_TOKEN=ghp_x", Token);

        (await InstallAsync("two")).ExitCode.ShouldBe(0);

        var lines = await File.ReadAllLinesAsync(At("target", ".env"), Token);
        lines[0].ShouldBe("GITHUB_TOKEN=ghp_x");
        lines.ShouldContain("COMPOSE_PROJECT_NAME=claude-bot-infrastructure");
    }

    [Fact]
    public async Task A_build_that_fails_changes_nothing_and_the_way_back_stays_the_former_one()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("running"), "claude-bot\n", Token);
        (await InstallAsync("two")).ExitCode.ShouldBe(0);
        var last = new DirectoryInfo(At("target", "backups", "last")).LinkTarget;
        File.Delete(At("calls"));

        (await InstallAsync("broken")).ExitCode.ShouldNotBe(0);

        Version.ShouldBe("two");
        new DirectoryInfo(At("target", "backups", "last")).LinkTarget.ShouldBe(last);
        File.Exists(At("target", "backups", "unfinished")).ShouldBeFalse();
        var calls = await File.ReadAllTextAsync(At("calls"), Token);
        calls.ShouldContain("docker tag id-of-two claude-bot:local");
        calls.ShouldNotContain(":previous");
        calls.ShouldNotContain("compose stop");
        calls.ShouldNotContain("compose up");
    }

    [Fact]
    public async Task A_version_that_does_not_become_healthy_gives_way_to_the_former_one_with_its_ledger()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("running"), "claude-bot\n", Token);
        await File.WriteAllTextAsync(At("no-stop"), "", Token);

        var (exitCode, output) = await InstallAsync("sick");

        exitCode.ShouldBe(1);
        output.ShouldContain("the former version runs again");
        Version.ShouldBe("one");
        Directory.Exists(At("target", "backups", "last")).ShouldBeFalse("nothing was upgraded");
        var calls = await File.ReadAllTextAsync(At("calls"), Token);
        calls.ShouldContain("docker stop -t 60 claude-bot\n");
        calls.ShouldContain("given: the-ledger\n");
        calls.ShouldNotContain("docker run");
        calls.ShouldContain("rm -f /bot/data/tmp/before-upgrade.db; exit $code\ncompose build", Case.Sensitive, "the copy in the volume goes again");
    }

    [Fact]
    public async Task A_bot_that_restarts_over_and_over_is_upgraded_with_its_ledger_saved()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("running"), "claude-bot\n", Token);
        await File.WriteAllTextAsync(At("restarts"), "", Token);

        var (exitCode, output) = await InstallAsync("two");

        exitCode.ShouldBe(0, output);
        Version.ShouldBe("two");
        (await File.ReadAllTextAsync(At("target", "backups", "last", "claude-bot.db"), Token)).ShouldBe("the-ledger-beside\n");
        // By its own version and on its own volumes: a newer one would change the ledger.
        (await File.ReadAllTextAsync(At("calls"), Token)).ShouldMatch(@"docker run --rm .*--volumes-from claude-bot --user bot --entrypoint sh id-of-the-bot ");
    }

    [Fact]
    public async Task When_the_former_version_is_not_well_either_another_upgrade_may_be_tried()
    {
        (await InstallAsync("sick-before")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("running"), "claude-bot\n", Token);
        await File.WriteAllTextAsync(At("restarts"), "", Token);
        var (exitCode, output) = await InstallAsync("sick");
        exitCode.ShouldBe(1);
        output.ShouldContain("the former version is back and not healthy either");
        Version.ShouldBe("sick-before");

        (await InstallAsync("two")).ExitCode.ShouldBe(0);

        Version.ShouldBe("two");
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_saved_ends_the_upgrade_before_anything_is_changed()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("running"), "claude-bot\n", Token);
        await File.WriteAllTextAsync(At("restarts"), "", Token);
        await File.WriteAllTextAsync(At("damaged"), "", Token);

        var (exitCode, output) = await InstallAsync("two");

        exitCode.ShouldBe(1);
        output.ShouldContain("the ledger of claude-bot cannot be saved: error: the file is damaged");
        Version.ShouldBe("one");
        File.Exists(At("target", "backups", "unfinished")).ShouldBeFalse();
    }

    [Fact]
    public async Task Going_back_leaves_settings_and_secrets_as_they_are_now()
    {
        (await InstallAsync("one")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("target", "secrets", "github_token"), "old", Token);
        (await InstallAsync("two")).ExitCode.ShouldBe(0);
        await File.WriteAllTextAsync(At("target", "secrets", "github_token"), "rotated", Token);
        await File.AppendAllTextAsync(At("target", ".env"), "MAX_CONCURRENT_TASKS=2\n", Token);
        await File.WriteAllTextAsync(At("target", "workspace", "new"), "", Token);

        (await RunAsync("two", "--rollback")).ExitCode.ShouldBe(0);

        Version.ShouldBe("one");
        (await File.ReadAllTextAsync(At("target", "secrets", "github_token"), Token)).ShouldBe("rotated");
        (await File.ReadAllTextAsync(At("target", ".env"), Token)).ShouldContain("MAX_CONCURRENT_TASKS=2\n");
        File.Exists(At("target", "secrets", "bot.env")).ShouldBeTrue();
        File.Exists(At("target", "workspace", "new")).ShouldBeTrue();
    }

    private string Version => File.ReadAllText(At("target", "docker-compose.yml"));

    private string At(params string[] names) => Path.Combine([_folder.FullName, .. names]);

    /// <summary>A release of little more than its name.</summary>
    private Task<(int ExitCode, string Output)> InstallAsync(string version)
    {
        foreach (var folder in new[] { "deploy/compose", "secrets", "src", "tools", "docs" })
            Directory.CreateDirectory(At(version, folder));
        foreach (var file in new[] { "docker-compose.production.yml", ".env.example", ".dockerignore", "secrets/bot.env", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "BannedSymbols.txt", "LICENSE" })
            File.WriteAllText(At(version, file), "");
        File.WriteAllText(At(version, "docker-compose.yml"), version);
        File.Copy(Path.Combine(RepositoryFolder.Root, "deploy", "install.sh"), At(version, "deploy", "install.sh"), overwrite: true);
        return RunAsync(version);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string version, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [At(version, "deploy", "install.sh"), "--to", At("target"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["STAND"] = _folder.FullName;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output + await error);
    }
}
