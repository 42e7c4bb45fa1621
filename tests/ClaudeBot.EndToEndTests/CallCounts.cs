using ClaudeBot.Conversation;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Playground.Requests;

namespace ClaudeBot.EndToEndTests;

/// <summary>Prints what a scenario cost on GitHub; docs/ARCHITECTURE.md keeps the figures.</summary>
internal static class CallCounts
{
    /// <summary>As the other, once every end under the issue or pull request is told to whoever asked.</summary>
    /// <param name="ends">How many ends are told in a comment of their own.</param>
    public static async Task TellAsync(BotOnTown bot, int before, bool byWebhook, string scenario, Issue issue, int ends)
    {
        await bot.GitHub.WhenAsync(() => issue.Comments.Count(comment => comment.Body.StartsWith(Postman.Marker("end:")[..^4], StringComparison.Ordinal)) >= ends, TestContext.Current.CancellationToken);
        Tell(bot, before, byWebhook, scenario);
    }

    /// <param name="before">So many exchanges there were before the scenario began.</param>
    public static void Tell(BotOnTown bot, int before, bool byWebhook, string scenario)
    {
        var sent = bot.Town.Host.Requests.All.Skip(before).Where(e => !e.Path.EndsWith("/hooks", StringComparison.Ordinal)).ToList();
        var counted = sent.Where(e => e.Status != 304).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{scenario}, {(byWebhook ? "by webhook" : "by polling")}: {counted.Count} calls counted, {counted.Count(IsContent)} of them write content");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', counted));
    }

    private static bool IsContent(RecordedExchange exchange) => exchange.Method != "GET" && !exchange.Path.Contains("/labels", StringComparison.Ordinal);
}
