using ClaudeBot.Secrets;

namespace ClaudeBot.Conversation;

/// <summary>How the bot speaks on GitHub.</summary>
public sealed record ConversationOptions
{
    /// <summary>Where notices go, beside GitHub: the address of an incoming webhook as Slack has it; null: nowhere.</summary>
    public SecretSource? Notifications { get; init; }

    /// <summary>How comments address the bot, without the sign before it.</summary>
    public string Mention { get; init; } = "claude-bot";

    /// <summary>So long a question, or a plan, waits for people; then its task is cancelled.</summary>
    public TimeSpan InputTimeout { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The status web as people reach it, for links; null: there is none.</summary>
    public Uri? StatusUrl { get; init; }

    /// <summary>The task's page of the status web.</summary>
    public Uri? PageOf(TaskId id) => StatusUrl is { } web ? new Uri($"{web.AbsoluteUri.TrimEnd('/')}/tasks/{id}") : null;

    /// <summary>Least time between two edits of the live comment while a task runs; what happens in between is shown together.</summary>
    public TimeSpan EditInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the live comment is edited when only time and cost went on.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the ledger is asked for states that GitHub does not show yet.</summary>
    public TimeSpan AnnounceInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A task that starts within this time is never labelled as queued, so that it costs no call.</summary>
    public TimeSpan QueuedDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the announcer rests after GitHub did not answer.</summary>
    public TimeSpan TroubleDelay { get; init; } = TimeSpan.FromSeconds(30);
}
