using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;
using ClaudeBot.Queue;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>The steps in which the change comes to be: the agent, the host's checks, and another round where they fail.</summary>
public sealed class AgentRounds(FirstRound start, Planning planning, Asking asking, AgentSession session, CheckRunner checks, AgentCommits commits, AgentOptions agentOptions, RunOptions options, ITaskQueue queue, TimeProvider time)
{
    /// <exception cref="RunEndException">There is nothing to hand over: the agent failed, or the model was overloaded.</exception>
    public async Task<AgentWork> WorkAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Write);
        (prepared, var span) = run.FollowUp is { NeedsAgent: false } && prepared.Workspace.Merge is not { Conflicts.Count: > 0 }
            ? (prepared, new AgentSpan(AgentEnding.Completed, "The base branch was merged without a conflict.", null, 0, 0, TimeSpan.Zero))
            : await FirstAsync(run, prepared, cancellationToken);
        var (change, taken) = await commits.CommitAsync(run, prepared, span, cancellationToken);
        if (change is null && span.Ending == AgentEnding.OverDayBudget)
            throw await session.UntilTheDayTurnsAsync(run.Task.Repository, cancellationToken);
        if (change is null)
            return new AgentWork(prepared, span, session.Model(run, prepared.Policy), null, [], [], Excuse(span, []));

        return await FinishAsync(run, prepared, span, change, taken.Select(file => file.Path), cancellationToken);
    }

    /// <summary>Goes on after what others pushed meanwhile was merged: the agent settles what conflicts, and the checks run again.</summary>
    /// <param name="merged">The workspace with the merge under way.</param>
    /// <exception cref="RunEndException"/>
    public async Task<AgentWork> MergedAsync(Run run, AgentWork earlier, Prepared merged, CancellationToken cancellationToken)
    {
        var span = earlier.Span;
        if (merged.Workspace.Merge is { Conflicts.Count: > 0 } merge)
        {
            run.Board.Update(p => p with { Phase = RunPhase.Write, Doing = "settling a conflict with what others pushed" });
            var settled = await session.RunAsync(run, merged, FollowUpBriefing.Conflict(merge, FollowUpBriefing.OthersPush), span, ++run.Rounds, cancellationToken)
                ?? throw RunEnd.Failed("Others pushed to the branch while the agent worked, and no budget is left to settle the conflict. Nothing was overwritten.");
            await PauseIfOutOfCreditAsync(settled, cancellationToken);
            ThrowIfNothingCanCome(settled);
            span = span.Plus(settled);
        }

        var (change, taken) = await commits.CommitAsync(run, merged, span, cancellationToken);
        return await FinishAsync(run, merged, span, change, [.. earlier.HeldBack, .. taken.Select(file => file.Path)], cancellationToken);
    }

    private async Task<(Prepared Prepared, AgentSpan Span)> FirstAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        (prepared, var result) = run.FollowUp is null && Planning.IsDue(run, prepared.Policy)
            ? await planning.RunAsync(run, prepared, cancellationToken)
            : await start.RunAsync(run, prepared, cancellationToken);
        var first = result
            ?? throw RunEnd.Failed($"The budget of {MarkdownText.Dollars(session.Budget(run.Task, prepared.Policy))} for this task is spent. An operator can raise it and retry.");
        await PauseIfOutOfCreditAsync(first, cancellationToken);
        ThrowIfNothingCanCome(first);
        if (first.Ending == AgentEnding.Completed && AgentQuestion.In(first.Summary) is { } question)
            throw await asking.AskAsync(run, AwaitedInput.Question, question, cancellationToken);
        return (prepared, AgentSpan.Of(first));
    }

    /// <summary>The host's checks, and another round of the agent where they fail.</summary>
    private async Task<AgentWork> FinishAsync(Run run, Prepared prepared, AgentSpan span, CommittedChange? change, IEnumerable<string> held, CancellationToken cancellationToken)
    {
        var heldBack = new SortedSet<string>(held, StringComparer.Ordinal);
        var report = await CheckAsync(run, prepared, change, cancellationToken);
        for (var repairs = 0; repairs < options.RepairRounds && !report.Passed && span.Ending == AgentEnding.Completed; repairs++)
        {
            prepared = await commits.AfterChecksAsync(prepared, change, cancellationToken);
            run.Board.Update(p => p with { Phase = RunPhase.Write, Doing = "mending what the checks found" });
            var repaired = await session.RunAsync(run, prepared, RepairPrompt(run, prepared, span, report, heldBack), span, ++run.Rounds, cancellationToken);
            if (repaired is null)
                break;

            await PauseIfOutOfCreditAsync(repaired, cancellationToken);
            span = span.Plus(repaired);
            // A repair can take all of the change back.
            (change, var taken) = await commits.CommitAsync(run, prepared, span, cancellationToken);
            heldBack.UnionWith(taken.Select(file => file.Path));
            report = await CheckAsync(run, prepared, change, cancellationToken);
        }

        if (await commits.ConflictsLeftAsync(prepared, change, cancellationToken) is { Count: > 0 } left)
            throw RunEnd.Failed($"The conflict could not be settled: conflict markers are left in {string.Join(", ", left.Select(path => MarkdownText.Code(path)))}. Nothing was pushed; please merge by hand.");
        IReadOnlyList<CheckResult> all = [.. prepared.SetUp, .. report.Results];
        return new AgentWork(prepared, span, session.Model(run, prepared.Policy), change, [.. heldBack], all, Excuse(span, report.Results));
    }

    // An agent without sessions has forgotten the task by the second round.
    private static string RepairPrompt(Run run, Prepared prepared, AgentSpan span, CheckReport report, IReadOnlyCollection<string> heldBack) => span.SessionId is null
        ? FirstRound.Prompt(run, prepared) + "\n\nA first change lies in the folder already.\n\n" + AgentBriefing.Repair(report, heldBack)
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

    private async Task<CheckReport> CheckAsync(Run run, Prepared prepared, CommittedChange? change, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Check);
        // What holds conflict markers cannot be built: the markers are what has to be told.
        var left = await commits.ConflictsLeftAsync(prepared, change, cancellationToken);
        return left.Count > 0
            ? new CheckReport([new CheckResult("merge", "git diff --check", Passed: false, ExitCode: 2, TimeSpan.Zero, $"Conflict markers are left in: {string.Join(", ", left)}")])
            : await RunTrace.StepAsync("checks", () => checks.RunAsync(prepared.Workspace.View(), prepared.Policy, cancellationToken));
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
