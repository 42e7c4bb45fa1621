using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.RunbookTests.Stack;
using Installation = ClaudeBot.RunbookTests.Stack.Installation;

namespace ClaudeBot.RunbookTests;

/// <summary>The bot of the profile <c>dotnet</c>: what its image has beside the other one is the SDK, within the sandbox.</summary>
[Collection(nameof(Installation))]
[Trait("Needs", "Docker")]
[Trait("Length", "Long")]
public sealed class DotnetProfileTests(Installation installation)
{
    private const string Repository = "octo/library";

    private static readonly Dictionary<string, string> Library = new()
    {
        [".github/claude-bot.yml"] = "test: dotnet build --nologo\n",
        ["Library.csproj"] = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""",
        ["Greeter.cs"] = """public static class Greeter { public static string Greet(string name) => $"Hello, {name}"; }""",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_issue_of_a_repository_in_CSharp_becomes_a_pull_request_that_was_built_with_the_SDK()
    {
        Assert.SkipWhen(installation.Objection is not null, installation.Objection ?? "");
        await Images.BuildWithSdkAsync(Token);
        var gitHub = installation.Services.GitHub;
        await gitHub.CreateRepositoryAsync(Repository, Library, Token);
        gitHub.SetPermission(Repository, Services.BotLogin, Permission.Write);
        await Installation.SetAsync("DOTNET_TARGET_REPO", Repository, Token);
        try
        {
            await Installation.ComposeAsync(Token, "--profile", "dotnet", "up", "-d", "claude-bot-dotnet");
            await Installation.WhenReadyAsync(Token, port: 8001);
            var issue = await gitHub.FileIssueAsync(Repository, Services.Owner, "Note the greeting", "Please write it down.", ["claude-bot"], Token);
            await gitHub.WhenAsync(() => gitHub.Repository(Repository).Issues[issue.Number].LabelNames.Any(label => label is "bot:completed" or "bot:failed"), Token);

            var log = await Shell.RunAsync("/", Token, "docker", "logs", "claude-bot-dotnet");
            var pull = gitHub.Repository(Repository).PullRequests.ShouldHaveSingleItem(log);
            pull.Pull!.IsDraft.ShouldBeFalse($"{pull.Body}\n{log}");
            pull.Body.ShouldNotBeNull().ShouldContain("dotnet build --nologo");
        }
        finally
        {
            await Installation.ComposeAsync(CancellationToken.None, "--profile", "dotnet", "rm", "--stop", "--force", "claude-bot-dotnet");
        }
    }
}
