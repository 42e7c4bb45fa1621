using System.Globalization;
using ClaudeBot.Queue;

namespace ClaudeBot.Conversation;

/// <summary>What the comment says about a state that no run is showing, and about the end of a run.</summary>
public static class ClosingText
{
    private const int LongestReason = 12_000;

    /// <summary>The state label that belongs to a task's state; null: none.</summary>
    public static string? Label(TaskState state) => state switch
    {
        TaskState.Waiting => BotLabels.Queued,
        TaskState.Running => BotLabels.InProgress,
        TaskState.NeedsInput => BotLabels.NeedsInput,
        TaskState.Succeeded => BotLabels.Completed,
        TaskState.Failed or TaskState.Dead => BotLabels.Failed,
        _ => null,
    };

    /// <summary>One plain line.</summary>
    /// <param name="awaits">What a task that needs input waits for.</param>
    /// <param name="isFollowUp">It stands on the pull request and tells what became of what was said there.</param>
    public static string Heading(TaskState state, bool hasPullRequest, AwaitedInput? awaits, bool isFollowUp = false) => state switch
    {
        TaskState.NeedsInput when awaits == AwaitedInput.Plan => "Claude Bot has a plan and waits for its approval",
        TaskState.NeedsInput when awaits == AwaitedInput.Pause => "Claude Bot has set this aside",
        TaskState.Succeeded when isFollowUp => "Claude Bot has seen to it",
        TaskState.Failed when isFollowUp => "Claude Bot could not see to it",
        TaskState.Waiting => "Claude Bot continues later",
        TaskState.NeedsInput => "Claude Bot has a question",
        TaskState.Succeeded => "Claude Bot opened a pull request",
        TaskState.Failed when hasPullRequest => "Claude Bot did not finish: please look at the draft",
        TaskState.Failed => "Claude Bot could not do this",
        TaskState.Dead => "Claude Bot gave up on this",
        TaskState.Cancelled => "Claude Bot stopped: the task was cancelled",
        _ => "Claude Bot is working on this",
    };

    /// <summary>Markdown: the pull request, the reason, and what a person can do now.</summary>
    /// <param name="reason">From outside in parts; made harmless here.</param>
    /// <param name="notBefore">For a waiting task: when it is tried again; null: as soon as there is room.</param>
    /// <param name="awaits">What a task that needs input waits for.</param>
    /// <param name="mention">How comments address the bot.</param>
    /// <param name="isFollowUp">It stands on the pull request itself.</param>
    public static string Text(TaskState state, string reason, string? pullRequestUrl, DateTimeOffset? notBefore, AwaitedInput? awaits, string mention, bool isFollowUp = false)
    {
        var parts = new List<string>();
        if (pullRequestUrl is not null && !isFollowUp)
            parts.Add($"**{pullRequestUrl}**");
        if (!string.IsNullOrWhiteSpace(reason))
            parts.Add(ForeignText.Neutralise(reason, LongestReason));
        if (Next(state, notBefore, awaits, mention, isFollowUp) is { } next)
            parts.Add(next);
        return string.Join("\n\n", parts);
    }

    private static string? Next(TaskState state, DateTimeOffset? notBefore, AwaitedInput? awaits, string mention, bool isFollowUp) => state switch
    {
        TaskState.NeedsInput => awaits switch
        {
            AwaitedInput.Plan => $"To go on, comment `@{mention} approve`, or edit the plan's comment.",
            AwaitedInput.Pause => $"To go on, comment `@{mention} resume`.",
            _ => $"To answer, comment `@{mention}` and your words.",
        },
        TaskState.Cancelled => $"To take it up again, comment `@{mention} retry`.",
        TaskState.Succeeded when isFollowUp => null,
        TaskState.Failed or TaskState.Dead when isFollowUp => "To have it tried again, say so in a comment here.",
        TaskState.Succeeded => "Please review it like any other change.",
        TaskState.Failed or TaskState.Dead => $"To try again, comment `@{mention} retry`, or take the label `{BotLabels.Failed}` off.",
        TaskState.Waiting when notBefore is { } at => string.Create(CultureInfo.InvariantCulture, $"Next try: {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."),
        _ => null,
    };
}
