using System.Net.Http.Headers;
using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Runs;

/// <summary>Somebody deletes the bot's live comment while a run goes on.</summary>
[Trait("Length", "Long")]
public sealed class DeletedCommentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_live_comment_is_made_again_once(bool whileTheAgentWorks)
    {
        var quick = new ConversationOptions { QueuedDelay = TimeSpan.Zero, TroubleDelay = TimeSpan.Zero, EditInterval = TimeSpan.Zero, RefreshInterval = TimeSpan.FromMilliseconds(10) };
        await using var bench = await RunBench.StartAsync("test: [\"sh test.sh\"]", [], services =>
        {
            if (whileTheAgentWorks)
                services.AddSingleton(quick);
        });
        var (issue, _) = await bench.AskAsync();
        IssueComment? deleted = null;
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            deleted = issue.Comments.ShouldHaveSingleItem();
            await DeleteAsync(bench, deleted, cancellationToken);
            if (whileTheAgentWorks)
                await bench.Playground.GitHub.WhenAsync(() => issue.Comments.Any(), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Wrote it.");
        });

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        var comment = issue.Comments.ShouldHaveSingleItem();
        comment.Id.ShouldNotBe(deleted!.Id);
        comment.Body.ShouldContain("### Claude Bot opened a pull request");
    }

    private static async Task DeleteAsync(RunBench bench, IssueComment comment, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{bench.Playground.ApiUrl.ToString().TrimEnd('/')}/repos/{RunBench.Repository}/issues/comments/{comment.Id}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "mona-token");
        using var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
