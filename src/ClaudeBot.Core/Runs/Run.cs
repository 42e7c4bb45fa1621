using ClaudeBot.Conversation;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>One run of one task: what every step needs to know.</summary>
public sealed class Run(TaskLease lease, int attempt, StepLog steps, ProgressBoard board)
{
    public QueuedTask Task => lease.Task;

    public TaskLease Lease => lease;

    /// <summary>Counts from one over the whole life of the task.</summary>
    public int Attempt => attempt;

    public StepLog Steps => steps;

    public ProgressBoard Board => board;

    /// <summary>The issue's labels as the run last read and then changed them; a state label in it may be gone.</summary>
    public IReadOnlyList<string> Labels
    {
        get;
        set => (field, HasReadLabels) = (value, true);
    } = [];

    public bool HasReadLabels { get; private set; }

    /// <summary>What agent and people said to each other by the start of the run.</summary>
    public Said Said { get; init; } = Said.Nothing;

    /// <summary>The agent is to make a plan and may change nothing.</summary>
    public bool IsPlanning { get; set; }

    /// <summary>The issue's page; null for a task without an issue.</summary>
    public string? IssueUrl { get; set; }

    /// <summary>The live comment; null before it is found or made, and for a task without an issue.</summary>
    public long? CommentId { get; set; }

    /// <summary>True from the start of the agent until its work is pushed: a run that breaks off now loses what it cost.</summary>
    public bool AgentStarted { get; set; }

    /// <summary>What is followed up; null for a task that leads to a pull request.</summary>
    public FollowUp? FollowUp { get; set; }

    /// <summary>The task in whose place the workspace lies: follow-ups work where the pull request was made, as the agent's session knows it.</summary>
    public TaskId Place { get; set; } = lease.Id;

    public bool IsFollowUp => Task.Kind == TaskKind.PrFeedback;

    /// <summary>True while nothing of this run was shown on GitHub: an end that is no news is not shown either.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Rounds of the agent so far in this run.</summary>
    public int Rounds { get; set; }

    /// <summary>The agent's session, for the attempt's record.</summary>
    public string? SessionId { get; set; }
}
