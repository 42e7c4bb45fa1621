using ClaudeBot.Triggers.Comments;

namespace ClaudeBot.Triggers;

/// <summary>Something that GitHub told us, or that a poll found: the raw material of a decision.</summary>
public sealed record Delivery
{
    /// <summary>GitHub's <c>X-GitHub-Delivery</c>, or a name made by the poll; the same id again is the same delivery.</summary>
    public required string Id { get; init; }

    /// <summary><c>X-GitHub-Event</c>, or <c>poll.issue</c>, <c>poll.comment</c>, <c>poll.comment-edit</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The body, as JSON, byte for byte.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>What was decided about a delivery, and why; kept for <c>explain</c>.</summary>
public sealed record Decision
{
    /// <summary>The issue or pull request it was about, when it was about one.</summary>
    public IssueReference? Subject { get; init; }

    /// <summary>The task to be made; null when none is.</summary>
    public Queue.NewTask? Task { get; init; }

    /// <summary>What was said about a pull request of the bot, for a follow-up to see to; null when it was nothing of that kind.</summary>
    public FollowUps.Remark? Remark { get; init; }

    /// <summary>The task that is no longer wanted; null when there is none.</summary>
    public Cancellation? Cancels { get; init; }

    /// <summary>The command that a comment gives; its outcome is known when it was carried out. Null when there is none.</summary>
    public CommandOrder? Order { get; init; }

    /// <summary>True when somebody asked for work by it; false for the many events that ask for nothing.</summary>
    public bool AsksForWork { get; init; } = true;

    /// <summary>One sentence for people: why there is a task, or why there is none.</summary>
    public required string Reason { get; init; }

    /// <summary>In one word: <c>task</c>, <c>feedback</c>, <c>cancelled</c>, <c>command</c>, <c>ignored</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }
}

/// <summary>An end of a task that its issue asks for.</summary>
/// <param name="Reason">As it is kept with the task: <c>issue closed</c>, <c>label removed</c>.</param>
public sealed record Cancellation(TaskId TaskId, string Reason);

/// <summary>A decided delivery, without its body.</summary>
public sealed record DecidedDelivery(string Id, string Event, DateTimeOffset ReceivedAt, DateTimeOffset DecidedAt, IssueReference? Subject, string Outcome, string Reason, TaskId? TaskId);
