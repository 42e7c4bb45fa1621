using ClaudeBot.Queue;

namespace ClaudeBot.Triggers.Comments;

/// <summary>A command as it goes to the ledger, which carries it out together with the record of its delivery.</summary>
public sealed record CommandOrder
{
    /// <summary>The issue or pull request under which the comment stands.</summary>
    public required IssueReference Subject { get; init; }

    public required long CommentId { get; init; }

    public required Command Command { get; init; }

    /// <summary>The login, for people; <see cref="ById"/> is who it was.</summary>
    public required string By { get; init; }

    public required long ById { get; init; }

    public required bool ByBot { get; init; }

    /// <summary>Why nothing is done and nothing is answered; null for somebody who may.</summary>
    public string? Refusal { get; init; }

    /// <summary>The task to be made where none is at work; null when none can be, for <see cref="StartObstacle"/>.</summary>
    public NewTask? Start { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? StartObstacle { get; init; }

    /// <summary>The operator's cap for one task, in US dollars.</summary>
    public required decimal LargestBudgetUsd { get; init; }

    /// <summary>So many commands of bots in a row are obeyed under one issue; then a person has to give one.</summary>
    public required int MostOfBots { get; init; }

    /// <summary>Numeric ids of the bot accounts that are listened to: what others say is said by people.</summary>
    public IReadOnlyList<long> AllowedBots { get; init; } = [];

    /// <summary>How the bot is addressed, for its answers.</summary>
    public required string Mention { get; init; }
}

/// <summary>What came of a command.</summary>
/// <param name="IsDone">False when it could not be carried out, or was refused.</param>
/// <param name="Reason">One sentence, kept with the delivery for <c>explain</c>.</param>
/// <param name="Outcome">The delivery's outcome: <c>command</c>, <c>task</c>, <c>cancelled</c>, <c>ignored</c> or <c>refused</c>.</param>
/// <param name="Task">The task that it was about; null: none.</param>
public sealed record CommandResult(bool IsDone, string Reason, string Outcome, QueuedTask? Task);
