using ClaudeBot.Agents;
using ClaudeBot.Gate;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>A plan before the work, where the repository or a person wants one: the agent reads, and may change nothing.</summary>
public sealed class Planning(FirstRound start, Asking asking)
{
    /// <summary>True when there is to be a plan and nobody has approved one yet.</summary>
    public static bool IsDue(Run run, RepositoryPolicy policy) => (policy.PlanFirst || run.Task.PlanFirst) && run.Task.Issue is not null && !run.Said.HasPlan;

    /// <summary>Has the agent make the plan; the task then waits for people.</summary>
    /// <returns>Where it worked, and what it came to when that is no plan; else it does not return.</returns>
    /// <exception cref="RunEndException">The plan, or a question, waits for people.</exception>
    public async Task<(Prepared Prepared, AgentResult? Result)> RunAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        run.IsPlanning = true;
        run.Board.Update(progress => progress with { Doing = "making a plan" });
        (prepared, var result) = await start.RunAsync(run, prepared, cancellationToken);
        run.IsPlanning = false;
        return result is not { Ending: AgentEnding.Completed, Summary: var summary }
            ? (prepared, result)
            : AgentQuestion.In(summary) is { } question
                ? throw await asking.AskAsync(run, AwaitedInput.Question, question, cancellationToken)
                : throw await asking.AskAsync(run, AwaitedInput.Plan, summary, cancellationToken);
    }
}
