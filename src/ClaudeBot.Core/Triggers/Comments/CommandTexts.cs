using System.Globalization;
using System.Text;
using ClaudeBot.Conversation;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers.Comments;

/// <summary>What the bot answers to <c>status</c> and <c>help</c>.</summary>
public static class CommandTexts
{
    /// <param name="task">The newest task of the issue; null: there is none.</param>
    /// <param name="paused">Why and by whom claims are stopped.</param>
    public static string Status(QueuedTask? task, PausedQueue? paused, CommandOrder order, DateTimeOffset now)
    {
        if (task is null)
            return $"There is no task for {order.Subject} yet.";

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"**{State(task)}**, attempt {task.Attempts}");
        if (task is { State: TaskState.Running, StartedAt: { } started })
            text.Append(CultureInfo.InvariantCulture, $", for {MarkdownText.Duration(now - started)}");
        text.Append(CultureInfo.InvariantCulture, $".\n\n- Spent {MarkdownText.Dollars(task.CostUsd)} of at most {MarkdownText.Dollars(Math.Min(task.BudgetUsd ?? decimal.MaxValue, order.LargestBudgetUsd))}; priority {task.Priority.Word()}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Branch {MarkdownText.Code(task.Branch)}\n");
        if (task.PullRequestUrl is { } pull)
            text.Append(CultureInfo.InvariantCulture, $"- Pull request: {pull}\n");
        if (task.Reason is { Length: > 0 } reason && task.State != TaskState.Running)
            text.Append(CultureInfo.InvariantCulture, $"- {ForeignText.NeutraliseLine(reason, 500)}\n");
        if (task is { State: TaskState.Waiting, NotBefore: { } at } && at > now)
            text.Append(CultureInfo.InvariantCulture, $"- Not before {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n");
        if (task.State == TaskState.Waiting && paused is not null)
            text.Append("- The operator has stopped the queue; nothing starts until it is resumed\n");
        return text.Append(CultureInfo.InvariantCulture, $"\n<sub>Task {MarkdownText.Code(task.Id.Value)}</sub>").ToString();
    }

    /// <summary>All commands, with those marked that would do something now; for somebody who may give them.</summary>
    public static string Help(QueuedTask? task, CommandOrder order)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{(order.ByBot ? "The operator lets this bot account steer me" : $"You may write in {order.Subject.Repository}, so you may steer me")}: ");
        text.Append(CultureInfo.InvariantCulture, $"begin a line of a comment with `@{order.Mention}` and one of these. What would do something now is in bold.\n\n| Command | What it does |\n|---|---|\n");
        foreach (var (command, meaning, works) in Commands(task, order))
            text.Append(CultureInfo.InvariantCulture, $"| {(works ? $"**`{command}`**" : $"`{command}`")} | {meaning} |\n");
        return text.ToString();
    }

    private static IEnumerable<(string Command, string Meaning, bool WorksNow)> Commands(QueuedTask? task, CommandOrder order)
    {
        var state = task?.State;
        var idle = task is not { IsActive: true };
        var mayStart = order.Start is not null;
        yield return ("stop", "End the task at once", !idle);
        yield return ("pause", "Set the task aside", state is TaskState.Waiting or TaskState.Running);
        yield return ("resume", "Go on after `pause`", task?.Awaits == AwaitedInput.Pause);
        yield return ("retry", "Try again after a failure or a stop", state is TaskState.Failed or TaskState.Cancelled or TaskState.Dead);
        yield return ("plan", "Post a plan first, and wait for its approval", idle ? mayStart : state == TaskState.Waiting);
        yield return ("approve", "Go on by the plan; editing the plan's comment does the same, with your words", task?.Awaits == AwaitedInput.Plan);
        yield return ("priority urgent`, `high`, `medium`, `low", "Set whose turn it is", !idle);
        yield return (
            "budget 2.50",
            string.Create(CultureInfo.InvariantCulture, $"Let the task spend so many US dollars, at most the operator's {MarkdownText.Dollars(order.LargestBudgetUsd)}"),
            task is not null && state != TaskState.Succeeded);
        yield return ("rebase", "Bring the branch of the pull request up to date with its base", task?.PullRequestNumber is not null);
        yield return ("status", "Say where things stand", true);
        yield return ("help", "This list", true);
        yield return ("any other text", "Answer my question, or tell me what else to do", mayStart || !idle);
    }

    private static string State(QueuedTask task) => task switch
    {
        { Awaits: AwaitedInput.Pause } => "Paused",
        { Awaits: AwaitedInput.Plan } => "Waiting for the plan to be approved",
        { State: TaskState.NeedsInput } => "Waiting for an answer",
        { State: TaskState.Waiting } => "Waiting for its turn",
        { State: TaskState.Running } => "At work",
        { State: TaskState.Succeeded } => "Done",
        { State: TaskState.Failed } => "Failed",
        { State: TaskState.Dead } => "Given up",
        _ => "Stopped",
    };
}
