using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;
using ClaudeBot.Sanitizing;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>Brings the commit to the branch. From here on a run that is cut off need not start the agent again.</summary>
public sealed class Handover(GitHubClient gitHub, WorkspaceStore workspaces, Release release, AgentSession session)
{
    /// <summary>The change of an earlier run of this task whose commit is at the branch on GitHub; null when there is none.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<ChangeReport?> UnfinishedAsync(Run run, CancellationToken cancellationToken)
    {
        if (await run.Steps.FindAsync<ChangeReport>(RunStep.Push, cancellationToken) is not { } push)
            return null;

        var report = push.Intent;
        var head = await run.Steps.ReadAsync(token => gitHub.GetBranchHeadAsync(report.Repository, report.Branch, token), cancellationToken);
        if (head != report.HeadSha)
            return null;

        if (push.Result is null)
            await run.Steps.EndAsync(RunStep.Push, new { sha = head }, cancellationToken);
        return report;
    }

    /// <summary>Pushes what the agent made, compare-and-swap.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go, there is nothing to push, or somebody else moved the branch.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<ChangeReport> PushAsync(Run run, Prepared prepared, AgentWork work, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Publish);
        var released = await release.PassAsync(run, prepared, work, cancellationToken);
        var report = await ReportAsync(run, prepared, work, released, cancellationToken);
        await run.Steps.BeginAsync(RunStep.Push, report, cancellationToken);
        var outcome = await run.Steps.ReadAsync(token => workspaces.PushAsync(prepared.Workspace, report.HeadSha, token), cancellationToken);
        if (outcome == PushOutcome.Moved)
            throw await MovedAsync(run, cancellationToken);

        await run.Steps.EndAsync(RunStep.Push, new { sha = report.HeadSha }, cancellationToken);
        return report;
    }

    private async Task<ChangeReport> ReportAsync(Run run, Prepared prepared, AgentWork work, ReleasedChange released, CancellationToken cancellationToken) => new()
    {
        TaskId = run.Task.Id,
        Repository = run.Task.Repository,
        IssueNumber = run.Task.IssueNumber,
        Title = run.Task.Title,
        Branch = prepared.Workspace.Branch,
        BaseBranch = prepared.Workspace.BaseBranch,
        HeadSha = released.Sha ?? EarlierWork(prepared.Workspace) ?? throw NothingToChange(work),
        Summary = work.Span.Summary,
        Checks = work.Checks,
        DraftReason = work.DraftReason,
        HeldBack = released.HeldBack,
        HiddenContent = VisibleText.Read(run.Task.Description).Removed,
        TextHash = ApprovedText.Hash(run.Task.Title, run.Task.Description),
        Agent = session.AgentName,
        Model = work.Model,
        Turns = work.Span.Turns,
        CostUsd = await session.SpentAsync(run.Task.Id, work.Span.CostUsd, cancellationToken),
        AgentDuration = work.Span.Duration,
    };

    // The branch held commits before this run, and the agent found nothing to add to them.
    private static string? EarlierWork(Workspace workspace) => workspace.StartSha == workspace.BaseSha ? null : workspace.StartSha;

    private static RunEndException NothingToChange(AgentWork work) => RunEnd.Failed(work.DraftReason is { } reason
        ? $"There is no change. {reason}"
        : $"Nothing to change. The agent says:\n\n{ForeignText.Shorten(work.Span.Summary, 10_000)}");

    private static async Task<RunEndException> MovedAsync(Run run, CancellationToken cancellationToken)
    {
        if (await run.Steps.FindAsync<object>(RunStep.Moved, cancellationToken) is not null)
            return RunEnd.Failed($"Somebody else pushed to {run.Task.Branch} again while the agent worked. Nothing was overwritten; the bot's change was given up.");

        await run.Steps.BeginAsync(RunStep.Moved, new { branch = run.Task.Branch }, cancellationToken);
        await run.Steps.EndAsync(RunStep.Moved, new { requeued = true }, cancellationToken);
        return new RunEndException(new RunEnd.Again(
            $"Somebody pushed to {run.Task.Branch} while the agent worked. Nothing was overwritten; the work starts again on top of that.",
            NotBefore: null,
            CountsAttempt: false));
    }
}
