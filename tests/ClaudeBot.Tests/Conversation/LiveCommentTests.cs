using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Conversation;

public sealed class LiveCommentTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ledger_that_is_away_ends_neither_the_following_nor_the_run(bool whenAskedForLeave)
    {
        var mask = new SecretMask();
        using var gitHub = new GitHubClient(new GitHubOptions { Token = new SecretSource("GITHUB_TOKEN", () => null, mask) }, new MemoryPenaltyStore(), TimeProvider.System, NullLogger<GitHubClient>.Instance);
        var board = new ProgressBoard(new RunProgress { TaskId = TaskId.Parse("acme--shop--issue-1-abc123"), Branch = "b", Attempt = 1, StartedAt = default });
        var asked = 0;
        var comment = new LiveComment(
            new IssueReference(RepositoryName.Parse("acme/shop"), 1),
            1,
            board,
            _ => throw new LedgerUnavailableException("locked"),
            async (edit, token) =>
            {
                if (++asked > 1)
                    return false;
                if (!whenAskedForLeave)
                    await edit(token);
                throw new LedgerUnavailableException("locked");
            },
            new BotComments(gitHub, new BotIdentity(gitHub), new OutgoingText(mask)),
            new ConversationOptions { EditInterval = TimeSpan.Zero, RefreshInterval = TimeSpan.Zero },
            TimeProvider.System,
            NullLogger.Instance);

        await comment.FollowAsync(TestContext.Current.CancellationToken);

        asked.ShouldBe(2);
    }
}
