using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>The labels by which the bot shows on GitHub where an issue stands.</summary>
public static class BotLabels
{
    public const string Queued = "bot:queued";
    public const string InProgress = "bot:in-progress";
    public const string Completed = "bot:completed";
    public const string Failed = "bot:failed";
    public const string NeedsInput = "bot:needs-input";

    /// <summary>Every label that shows a state; an issue has at most one of them.</summary>
    public static IReadOnlyList<string> States { get; } = [Queued, InProgress, Completed, Failed, NeedsInput];

    /// <summary>Those that an issue carries only while a task for it is active.</summary>
    public static IReadOnlyList<string> Active { get; } = [Queued, InProgress, NeedsInput];

    /// <summary>Labels of issues that are never worked on.</summary>
    public static IReadOnlyList<string> Skipped { get; } = ["wontfix", "duplicate", "invalid"];

    /// <summary>All labels to set up in a repository; <paramref name="trigger"/> is the configured label that asks for work.</summary>
    public static IReadOnlyList<LabelDefinition> Definitions(string trigger) =>
    [
        new(trigger, "00d4aa", "Issues to be processed by Claude Bot"),
        new(Queued, "fbca04", "Bot task is queued for processing"),
        new(InProgress, "0075ca", "Bot is currently working on this task"),
        new(Completed, "0e8a16", "Bot has completed this task"),
        new(Failed, "d73a49", "Bot failed to complete this task"),
        new(NeedsInput, "d876e3", "Bot has a question and waits for an answer"),
        new("priority:urgent", "b60205", "Before everything else"),
        new("priority:high", "d93f0b", "Before ordinary work"),
        new("priority:medium", "fbca04", "Ordinary work"),
        new("priority:low", "c2e0c6", "When nothing else waits"),
    ];
}
