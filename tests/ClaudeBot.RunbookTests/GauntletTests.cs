using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests;

/// <summary>The sandbox's own tests, run inside the bot's container by its user: what holds on a machine holds there.</summary>
[Collection(nameof(Installation))]
[Trait("Needs", "Docker")]
[Trait("Length", "Long")]
public sealed class GauntletTests(Installation installation)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What each of deploy/compose's files gives the container, as docker run takes it.</summary>
    public static TheoryData<string, string[]> Variants => new()
    {
        { "v1", ["--mount", "type=volume,destination=/mnt/proc,volume-opt=type=proc,volume-opt=device=proc,\"volume-opt=o=nosuid,nodev,noexec,subset=pid,hidepid=ptraceable\""] },
        { "v2", ["--security-opt", "systempaths=unconfined"] },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task No_escape_from_the_sandbox_leads_into_the_container(string variant, string[] options)
    {
        Assert.SkipWhen(installation.Objection is not null, installation.Objection ?? "");
        var compose = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "deploy", "compose", variant + ".yml"), Token);
        compose.ShouldContain(variant == "v1" ? "o: nosuid,nodev,noexec,subset=pid,hidepid=ptraceable" : "- systempaths=unconfined");
        var tests = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "ClaudeBot.Tests", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'))));
        var dotnet = Images.MachineDotnet;

        // Left out are those that show what a plain program gets: the container refuses some of that by itself.
        var output = await Shell.RunAsync(
            RepositoryFolder.Root, Token,
            [
                "docker", "run", "--rm", "--init", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--security-opt", "seccomp=deploy/docker/seccomp.json",
                "--security-opt", "apparmor=unconfined", .. options, "--tmpfs", "/tmp:mode=1777,exec", "--tmpfs", "/home/bot:uid=10001,gid=10001",
                "--volume", $"{dotnet}:{dotnet}:ro", "--volume", $"{tests}:/tests:ro", "--env", $"DOTNET_ROOT={dotnet}",
                "--entrypoint", "/tests/ClaudeBot.Tests", "claude-bot:local", "-class", "ClaudeBot.Tests.Sandbox.EscapeTests", "-method-", "*Without_the_sandbox*", "-noColor",
            ]);

        output.ShouldContain("Failed: 0");
        output.ShouldNotContain("Total: 0");
    }
}
