using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests;

[Trait("Needs", "Docker")]
public sealed class ComposeFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task The_files_fit_together_and_keep_every_name_that_operators_rely_on(string variant)
    {
        Assert.SkipWhen(DockerEngine.Objection is not null, DockerEngine.Objection ?? "");
        var read = await Shell.RunAsync(
            RepositoryFolder.Root, Token,
            "docker-compose", "--env-file", ".env.example", "-f", "docker-compose.yml", "-f", $"deploy/compose/{variant}.yml", "-f", "deploy/compose/private-ca.yml", "-f", "docker-compose.production.yml",
            "--profile", "nodejs", "--profile", "dotnet", "config");

        foreach (var name in new[] { "claude-bot", "claude-bot-dotnet", "claude-status-web" })
            read.ShouldContain($"container_name: {name}\n");
        foreach (var volume in new[] { "bot-data", "bot-logs", "status-data", "bot-data-dotnet", "bot-logs-dotnet", "dotnet-nuget-cache", "dotnet-tools-cache", "npm-cache" })
            read.ShouldContain($"\n  {volume}: {{}}");
        foreach (var port in new[] { "127.0.0.1:8000:8000", "127.0.0.1:8080:5000", "127.0.0.1:8088:8088", "127.0.0.1:8001:8000", "127.0.0.1:8089:8088" })
            read.ShouldContain(port);
        foreach (var hardened in new[] { "read_only: true", "- no-new-privileges:true", "init: true", "user: bot", "driver: json-file", "healthcheck:" })
            Count(read, hardened).ShouldBe(3, hardened);
        Count(read, "cap_drop:\n    - ALL").ShouldBe(3);
        read.ShouldNotContain("privileged: true");
        read.ShouldNotContain("GITHUB_TOKEN");
        read.ShouldNotContain("ANTHROPIC_API_KEY");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
