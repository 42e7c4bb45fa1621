using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>The steps in which the change comes to be: the agent, the host's checks, and another round where they fail.</summary>
public sealed class AgentRounds(FirstRound start, Planning planning, Asking asking, AgentSession session, CheckRunner checks, AgentCommits commits, AgentOptions agentOptions, RunOptions options, ITaskQueue queue, TimeProvider time)
{
    /// <exception cref="RunEndException">There is nothing to hand over: the agent failed, or the model was overloaded.</exception>
    public async Task<AgentWork> WorkAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Write);
        (prepared, var result) = Planning.IsDue(run, prepared.Policy)
            ? await planning.RunAsync(run, prepared, cancellationToken)
            : await start.RunAsync(run, prepared, cancellationToken);
        var first = result
            ?? throw RunEnd.Failed($"The budget of {MarkdownText.Dollars(session.Budget(run.Task, prepared.Policy))} for this task is spent. An operator can raise it and retry.");
        var span = AgentSpan.Of(first);
        await PauseIfOutOfCreditAsync(first, cancellationToken);
        ThrowIfNothingCanCome(first);
        if (first.Ending == AgentEnding.Completed && AgentQuestion.In(first.Summary) is { } question)
            throw await asking.AskAsync(run, AwaitedInput.Question, question, cancellationToken);

        var (change, taken) = await commits.CommitAsync(run, prepared, span, cancellationToken);
        var heldBack = new SortedSet<string>(taken.Select(file => file.Path), StringComparer.Ordinal);
        if (change is null && span.Ending == AgentEnding.OverDayBudget)
            throw await session.UntilTheDayTurnsAsync(run.Task.Repository, cancellationToken);
        if (change is null)
            return new AgentWork(prepared, span, session.Model(run, prepared.Policy), null, [], [], Excuse(span, []));

        var report = await CheckAsync(run, prepared, cancellationToken);
        for (var round = 1; round <= options.RepairRounds && !report.Passed && span.Ending == AgentEnding.Completed; round++)
        {
            prepared = await commits.AfterChecksAsync(prepared, change, cancellationToken);
            run.Board.Update(p => p with { Phase = RunPhase.Write, Doing = "mending what the checks found" });
            var repaired = await session.RunAsync(run, prepared, RepairPrompt(run, span, report, heldBack), span, round, cancellationToken);
            if (repaired is null)
                break;

            await PauseIfOutOfCreditAsync(repaired, cancellationToken);
            span = span.Plus(repaired);
            (change, taken) = await commits.CommitAsync(run, prepared, span, cancellationToken);
            heldBack.UnionWith(taken.Select(file => file.Path));
            report = await CheckAsync(run, prepared, cancellationToken);
        }

        IReadOnlyList<CheckResult> all = [.. prepared.SetUp, .. report.Results];
        return new AgentWork(prepared, span, session.Model(run, prepared.Policy), change, [.. heldBack], all, Excuse(span, report.Results));
    }

    // An agent without sessions has forgotten the task by the second round.
    private static string RepairPrompt(Run run, AgentSpan span, CheckReport report, IReadOnlyCollection<string> heldBack) => span.SessionId is null
        ? AgentBriefing.Prompt(run) + "\n\nA first change lies in the folder already.\n\n" + AgentBriefing.Repair(report, heldBack)
        : AgentBriefing.Repair(report, heldBack);

    private void ThrowIfNothingCanCome(AgentResult result)
    {
        switch (result.Ending)
        {
            case AgentEnding.Overloaded:
                throw new RunEndException(new RunEnd.Again(
                    $"The model's service is overloaded; the task goes on later. {result.Summary}".TrimEnd(),
                    time.GetUtcNow() + options.OverloadDelay,
                    CountsAttempt: false));
            case AgentEnding.Stalled:
                throw new RunEndException(new RunEnd.Again(
                    $"The agent gave no sign of life for {MarkdownText.Duration(agentOptions.StallTimeout)} and was stopped.",
                    NotBefore: null,
                    CountsAttempt: true));
            case AgentEnding.Crashed:
                throw new RunEndException(new RunEnd.Again(
                    $"The agent was cut off before it was done. {result.Summary}".TrimEnd(),
                    time.GetUtcNow() + options.FaultDelay,
                    CountsAttempt: true));
            case AgentEnding.KeyRefused:
                // No time: the gateway lets no task start until the key is another one.
                throw new RunEndException(new RunEnd.Again(
                    "The model's service refuses the bot's key; the task goes on when an operator has put a valid one in place.",
                    NotBefore: null,
                    CountsAttempt: false));
            case AgentEnding.OutOfCredit:
                throw new RunEndException(new RunEnd.Again(
                    "The bot's account with the model's service has nothing left to spend; the task goes on when an operator has resumed the queue.",
                    NotBefore: null,
                    CountsAttempt: false));
            case AgentEnding.Failed:
                throw RunEnd.Failed($"The agent failed: {result.Summary}");
        }
    }

    // Every other task would meet the same, and only a person can change it. A pause that is there already keeps its reason.
    private async Task PauseIfOutOfCreditAsync(AgentResult result, CancellationToken cancellationToken)
    {
        if (result.Ending == AgentEnding.OutOfCredit && await queue.PausedReasonAsync(cancellationToken) is null)
        {
            await queue.PauseAsync(
                "The account with the model's service has reached its spend limit, or its credit is used up. Raise the limit or add credit there, then resume the queue.",
                "bot",
                cancellationToken);
        }
    }

    private Task<CheckReport> CheckAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Check);
        return RunTrace.StepAsync("checks", () => checks.RunAsync(prepared.Workspace.View(), prepared.Policy, cancellationToken));
    }

    private string? Excuse(AgentSpan span, IReadOnlyList<CheckResult> results)
    {
        var failing = string.Join(", ", results.Where(result => result.Failed).Select(result => $"`{result.Command}`"));
        var checksFail = failing.Length == 0 ? null : $"These checks fail: {failing}.";
        var stopped = span.Ending switch
        {
            AgentEnding.OverBudget => "The agent was stopped when the task's budget was spent; the change may be unfinished.",
            AgentEnding.OverDayBudget => "The agent was stopped when the budget of the day was spent; the change may be unfinished.",
            AgentEnding.TimedOut => $"The agent was stopped after {MarkdownText.Duration(agentOptions.TaskTimeout)}; the change may be unfinished.",
            AgentEnding.Stalled => "The agent hung while it mended what the checks found; the change may be unfinished.",
            AgentEnding.Overloaded => "The model's service was overloaded while the agent mended what the checks found.",
            AgentEnding.KeyRefused => "The model's service refused the bot's key while the agent mended what the checks found.",
            AgentEnding.OutOfCredit => "The account with the model's service had nothing left to spend while the agent mended what the checks found.",
            AgentEnding.Crashed => "The agent was cut off while it mended what the checks found.",
            AgentEnding.Failed => "The agent failed while it mended what the checks found.",
            _ => null,
        };
        // A repair round that broke off is no fault when the checks pass by then.
        if (stopped is not null && checksFail is null && span.Ending is not (AgentEnding.OverBudget or AgentEnding.OverDayBudget or AgentEnding.TimedOut))
            return null;
        return stopped is null ? checksFail : $"{stopped} {checksFail}".TrimEnd();
    }
}
