using ClaudeBot.Conversation;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Triggers.Comments;

/// <summary>Whoever gives a command sees within five seconds that it was taken.</summary>
[Trait("Length", "Long")]
public sealed class ReactionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("@claude-bot stop", "+1")]
    [InlineData("@claude-bot write it in capital letters", "eyes")]
    [InlineData("@claude-bot approve", "confused")]
    public async Task From_the_stored_webhook_to_the_reaction_nothing_waits_for_a_clock(string words, string reaction)
    {
        // The clock stands still: whatever slept, or waited for the next round of a loop, would wait for ever.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var bench = await CommentBench.StartAsync(more: services => services.AddSingleton<TimeProvider>(time));
        await bench.AskAsync();
        IHostedService[] services = [bench.Get<TriggerProcessor>(), bench.Get<Postman>()];
        foreach (var service in services)
            await service.StartAsync(Token);

        var comment = await bench.Playground.GitHub.CommentAsync(CommentBench.Repository, bench.Issue.Number, "mona", words, Token);
        await bench.StoreAsync(comment);

        var first = await bench.Playground.Requests.FirstAsync(request => request.Method != "GET", Token);
        first.Path.ShouldEndWith($"/issues/comments/{comment.Id}/reactions", Case.Sensitive, "nothing is written before it");
        CommentBench.Reactions(comment).ShouldBe([$"claude-bot {reaction}"]);
        foreach (var service in services)
            await service.StopAsync(Token);
    }
}
