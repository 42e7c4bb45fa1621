using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>Something that a person should look at.</summary>
/// <param name="IsUrgent">True: work stands still or goes wrong; false: it can wait until the morning.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Link">Where to do it, on these pages.</param>
internal sealed record Concern(bool IsUrgent, string What, string Remedy, string? Link = null)
{
    private const double LowShare = 0.1;
    // Limits by the minute are full again before anybody has read of them.
    private static readonly TimeSpan ShortWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    /// <summary>All there is, the urgent ones first.</summary>
    /// <param name="asking">Tasks that need an answer.</param>
    /// <param name="endedBadly">Runs that failed since midnight.</param>
    public static IReadOnlyList<Concern> Of(IReadOnlyList<BotReport> bots, IReadOnlyList<string> pauses, long asking, long endedBadly, DateTimeOffset now)
    {
        var found = new List<Concern>();
        if (bots.Count == 0)
            found.Add(new Concern(true, "No bot has reported yet.", "Start one, and give it STATUS_WEB_URL and the same STATUS_TOKEN as this web."));
        foreach (var bot in bots)
            found.AddRange(OfBot(bot, now));
        found.AddRange(pauses.Select(pause => new Concern(true, $"The queue is paused: {pause}", "Nothing starts until it is resumed.", "/queue")));
        if (asking > 0)
            found.Add(new Concern(false, $"{Words.Count(asking, "task needs", "tasks need")} an answer.", "Answer on the issue; the task goes on by itself.", "/tasks?state=needs_input"));
        if (endedBadly > 0)
            found.Add(new Concern(false, $"{Words.Count(endedBadly, "run has", "runs have")} failed since midnight.", "See why, and retry what deserves it.", "/tasks?state=failed,dead"));
        return [.. found.OrderByDescending(concern => concern.IsUrgent)];
    }

    private static IEnumerable<Concern> OfBot(BotReport bot, DateTimeOffset now)
    {
        if (bot.IsOffline)
        {
            var since = bot.ReceivedAt is { } at ? $" for {Words.Duration(now - at)}" : "";
            yield return new Concern(true, $"{bot.Id} has not reported{since}.", "See whether its process or container runs, and read its log.", "/system");
            yield break;
        }

        foreach (var problem in bot.Problems)
            yield return new Concern(true, $"{bot.Id}: {problem}", "It does no work until that is put right.", "/system");
        if (!bot.IsActive && !bot.Problems.Any())
            yield return new Concern(true, $"{bot.Id} says that it is not well ({bot.Health}).", "Read its log.", "/system");
        foreach (var cap in bot.CapsReached)
            yield return new Concern(true, cap, "Wait for the next day, or raise the cap.", "/configuration");
        if (bot.OldestWaitingAt is { } oldest && now - oldest > LongWait && bot.Number("running_tasks") == 0 && bot.Text("paused_reason").Length == 0)
            yield return new Concern(true, $"{bot.Id} runs nothing, and a task has waited for {Words.Duration(now - oldest)}.", "See what it waits for.", "/queue");
        foreach (var limit in bot.Details?.RateLimits ?? [])
        {
            if (limit.Share < LowShare && limit.ResetsAt - now > ShortWait)
                yield return new Concern(false, $"{bot.Id} has {Words.Number(limit.Remaining)} of {Words.Number(limit.Limit)} calls of GitHub's limit \"{limit.Resource}\" left.", $"It waits by itself; the limit is full again in {Words.Duration(limit.ResetsAt - now)}.");
        }
    }
}
