using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>What the agent last wanted from people, as the journal keeps it.</summary>
/// <param name="Number">Counts from one over the life of the task.</param>
/// <param name="Text">The question, or the plan, as the agent wrote it.</param>
/// <param name="After">The last thing that people had said by then.</param>
public sealed record Asked(int Number, AwaitedInput Awaits, string Text, long After);

/// <summary>What agent and people said to each other about a task up to the start of a run.</summary>
/// <param name="Asked">Null when nothing was asked yet.</param>
/// <param name="IsParked">The task was set aside for it; false when the bot died before that.</param>
/// <param name="Inputs">All that people said, oldest first.</param>
public sealed record Said(Asked? Asked, bool IsParked, IReadOnlyList<TaskInput> Inputs)
{
    public static Said Nothing { get; } = new(null, false, []);

    /// <summary>What came in answer.</summary>
    public IReadOnlyList<TaskInput> Answers => [.. Inputs.Where(input => Asked is not null && input.Sequence > Asked.After)];

    /// <summary>
    /// The task has to be set aside again: the bot died before it was, or a plan came back without an approval. A
    /// question that nobody answered and that somebody let go on all the same is the agent's to decide.
    /// </summary>
    public bool MustWait => Asked is not null && Answers.Count == 0 && (!IsParked || Asked.Awaits == AwaitedInput.Plan);

    /// <summary>A plan was approved, or changed by somebody who may.</summary>
    public bool HasPlan => Inputs.Any(input => input.Kind == "plan");

    public long Last => Inputs.Count == 0 ? 0 : Inputs[^1].Sequence;
}
