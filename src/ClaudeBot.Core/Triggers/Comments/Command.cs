using System.Globalization;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers.Comments;

/// <summary>What a comment asks of the bot.</summary>
public abstract record Command
{
    private Command() { }

    /// <summary>The word by which it is written down in ledger and event log.</summary>
    public string Word => this switch
    {
        SetPriority set => $"priority {set.Priority.Word()}",
        SetBudget set => string.Create(CultureInfo.InvariantCulture, $"budget {set.Usd}"),
        _ => GetType().Name.ToLowerInvariant(),
    };

    /// <summary>Ends the task at once.</summary>
    public sealed record Stop : Command;

    /// <summary>Lets a task that ended without success run again.</summary>
    public sealed record Retry : Command;

    public sealed record Status : Command;

    /// <summary>A plan first, and work only after it was approved.</summary>
    public sealed record Plan : Command;

    /// <summary>Go on by the plan.</summary>
    /// <param name="Remark">What else stood in the comment; null: nothing.</param>
    public sealed record Approve(string? Remark) : Command;

    /// <summary>Go on by the plan as somebody changed it in its comment.</summary>
    public sealed record EditPlan(string Text) : Command;

    /// <summary>Sets the task aside until <see cref="Resume"/>.</summary>
    public sealed record Pause : Command;

    public sealed record Resume : Command;

    public sealed record SetPriority(TaskPriority Priority) : Command;

    /// <summary>Brings the branch up to date with its base.</summary>
    public sealed record Rebase : Command;

    /// <param name="Usd">US dollars for the whole task.</param>
    public sealed record SetBudget(decimal Usd) : Command;

    public sealed record Help : Command;

    /// <summary>Free text: an answer where the task waits for one, else something to do.</summary>
    public sealed record Instruction(string Text) : Command;

    /// <summary>A command that cannot be understood.</summary>
    /// <param name="Remedy">One sentence for people.</param>
    public sealed record Mistaken(string Remedy) : Command;
}
