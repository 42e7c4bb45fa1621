using ClaudeBot.Secrets;

namespace ClaudeBot.Conversation;

/// <summary>How the bot speaks on GitHub.</summary>
public sealed record ConversationOptions
{
    /// <summary>Where notices go, beside GitHub: the address of an incoming webhook as Slack has it; null: nowhere.</summary>
    public SecretSource? Notifications { get; init; }

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
