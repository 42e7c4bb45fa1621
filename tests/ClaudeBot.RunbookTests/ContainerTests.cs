using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests;

[Trait("Needs", "Docker")]
[Trait("Length", "Long")]
public sealed class ContainerTests(Installation installation) : IClassFixture<Installation>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_its_container_the_bot_makes_a_pull_request_of_an_issue_with_its_agent_in_the_sandbox()
    {
        Assert.SkipWhen(installation.Objection is not null, installation.Objection ?? "");
        await Installation.UpAsync(Token);
        var number = await installation.Services.AskAsync("Write down how containers are built", Token);

        await installation.Services.WhenLabelledAsync(number, "bot:completed", Token);

        installation.Services.PullRequestsFor(number).ShouldHaveSingleItem();
        var status = await Installation.InBotAsync(Token, "gh", "auth", "status");
        status.ShouldContain($"Logged in to {new Uri(installation.Services.Settings()["GITHUB_SERVER_URL"]).Authority} as {Services.BotLogin}");
    }
}
