using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Images;

namespace ClaudeBot.EndToEndTests;

/// <summary>An issue of a private repository shows a picture; both agents look at it, behind the gateway and in the sandbox.</summary>
[Trait("Length", "Long")]
public sealed class IssueImageTests
{
    private const string Repository = "octo/seen";

    // 2 x 2 pixels of red, with a comment in its metadata.
    private const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE3RFWHRDb21tZW50AEhJRERFTi1XT1JE4iv5hAAAABBJREFUeJxj+M/AAEQMEAoAH+4D/YtfFNQAAAAASUVORK5CYII=";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("claude-code")]
    [InlineData("api")]
    public async Task The_model_is_shown_the_picture_made_anew(string agent)
    {
        var source = Convert.FromBase64String(Picture);
        var made = ImageReencoder.Reencode(source).Bytes;
        Encoding.Latin1.GetString(made).ShouldNotContain("HIDDEN-WORD");
        await using var bot = await BotOnTown.MakeAsync(agent, ("TARGET_REPO", Repository));
        await bot.AddRepositoryAsync(Repository, issues: 0);
        bot.GitHub.Repository(Repository).IsPrivate = true;
        var address = bot.GitHub.Upload(Repository, source, "image/png");
        var issue = await bot.GitHub.FileIssueAsync(Repository, bot.Town.Owner, "The button is red", $"See:\n\n![button]({address})", ["claude-bot"], Token);

        await bot.StartBotAsync();
        await bot.WhenLabelledAsync(Repository, issue.Number, "bot:completed");

        bot.Town.Claude!.Requests.All.SelectMany(request => request.Images).Distinct().ShouldHaveSingleItem().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(made)));
        var pull = bot.PullRequests(Repository).ShouldHaveSingleItem();
        pull.Body!.ShouldNotContain("Images left out");
        pull.Pull!.Facts.ChangedFiles.ShouldBe(1, "the note alone");
        bot.DescriptionFaults().ShouldBeEmpty();
    }
}
