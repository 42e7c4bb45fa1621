using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;
using ClaudeBot.Sanitizing;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>Brings the commit to the branch. From here on a run that is cut off need not start the agent again.</summary>
public sealed class Handover(GitHubClient gitHub, WorkspaceStore workspaces, Release release, AgentSession session, Resumption resumption, Vouching vouching, CommitWording wording)
{
    /// <summary>
    /// The change of an earlier run of this task whose commit is on the branch on GitHub, at its head or beneath what others pushed
    /// since, or is brought there now from the workspace that still holds it; null when there is none.
    /// </summary>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException"/>
    public async Task<ChangeReport?> UnfinishedAsync(Run run, CancellationToken cancellationToken)
    {
        if (await run.Steps.FindAsync<ChangeReport>(RunStep.Push, cancellationToken) is not { } push)
            return null;

        var report = push.Intent;
        var head = await run.Steps.ReadAsync(token => gitHub.GetBranchHeadAsync(report.Repository, report.Branch, token), cancellationToken);
        if (head is not null && (head == report.HeadSha || await run.Steps.ReadAsync(token => workspaces.IsOnBranchAsync(report.Repository, report.Branch, report.HeadSha, token), cancellationToken)))
        {
            if (push.Result is null)
                await run.Steps.EndAsync(RunStep.Push, new { sha = report.HeadSha }, cancellationToken);
            return report;
        }

        if (await resumption.UnpushedAsync(run, report.HeadSha, head, cancellationToken) is not { } workspace)
            return null;

        await PushAsync(run, workspace, report, cancellationToken);
        return report;
    }

    /// <summary>Pushes what the agent made, compare-and-swap.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go, there is nothing to push, or somebody else moved the branch.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<ChangeReport> PushAsync(Run run, AgentWork work, CancellationToken cancellationToken)
    {
        var report = await ReleaseAsync(run, work, cancellationToken);
        await PushAsync(run, work.Prepared.Workspace, report, cancellationToken);
        return report;
    }

    /// <summary>Takes what the agent made through the gate; nothing has left yet.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go, or there is nothing to push.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<ChangeReport> ReleaseAsync(Run run, AgentWork work, CancellationToken cancellationToken)
    {
        await release.RequireAsync(run, work, cancellationToken);
        return await ReportAsync(run, work, cancellationToken);
    }

    /// <summary>Pushes what was released; false, and nothing overwritten, when somebody else moved the branch.</summary>
    /// <exception cref="RunEndException">Whoever asked may no longer ask.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<bool> TryPushAsync(Run run, Workspace workspace, ChangeReport report, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Publish);
        await vouching.RequireAsync(run, cancellationToken);
        await run.Steps.BeginAsync(RunStep.Push, report, cancellationToken);
        var outcome = await run.Steps.ReadAsync(token => workspaces.PushAsync(workspace, report.HeadSha, token), cancellationToken);
        if (outcome == PushOutcome.Moved)
            return false;

        await run.Steps.EndAsync(RunStep.Push, new { sha = report.HeadSha }, cancellationToken);
        run.AgentStarted = false;
        return true;
    }

    /// <summary>The end of a run whose work cannot go on top of the branch: once the task starts again from there, uncounted.</summary>
    public static async Task<RunEndException> MovedAsync(Run run, CancellationToken cancellationToken)
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

    private async Task PushAsync(Run run, Workspace workspace, ChangeReport report, CancellationToken cancellationToken)
    {
        if (!await TryPushAsync(run, workspace, report, cancellationToken))
            throw await MovedAsync(run, cancellationToken);
    }

    private async Task<ChangeReport> ReportAsync(Run run, AgentWork work, CancellationToken cancellationToken) => new()
    {
        TaskId = run.Task.Id,
        Repository = run.Task.Repository,
        IssueNumber = run.Task.IssueNumber,
        Title = run.Task.Title,
        AskedBy = run.Task.RequestedById is null ? null : run.Task.RequestedBy,
        CommitType = wording.Type(run, work.Prepared.Policy),
        Branch = work.Prepared.Workspace.Branch,
        BaseBranch = work.Prepared.Workspace.BaseBranch,
        HeadSha = work.Change?.Sha ?? EarlierWork(work.Prepared.Workspace) ?? throw NothingToChange(work),
        Summary = work.Span.Summary,
        Checks = work.Checks,
        ChecksAreGuessed = work.Prepared.Policy.ChecksAreGuessed,
        DraftReason = work.DraftReason,
        HeldBack = work.HeldBack,
        HiddenContent = VisibleText.Read(run.Task.Description).Removed,
        ImagesLeftOut = work.Prepared.Images.LeftOut,
        TextHash = ApprovedText.Hash(run.Task.Title, run.Task.Description),
        Agent = session.AgentName,
        Model = await session.ToldModelAsync(run.Task.Id, work.Model, cancellationToken),
        Turns = work.Span.Turns,
        CostUsd = await session.SpentAsync(run.Task.Id, work.Span.CostUsd, cancellationToken),
        AgentDuration = work.Span.Duration,
    };

    // The branch held commits before this run, and the agent found nothing to add to them.
    private static string? EarlierWork(Workspace workspace) => workspace.StartSha == workspace.BaseSha ? null : workspace.StartSha;

    private static RunEndException NothingToChange(AgentWork work) => RunEnd.Failed(work.DraftReason is { } reason
        ? $"There is no change. {reason}"
        : $"Nothing to change. The agent says:\n\n{ForeignText.Shorten(work.Span.Summary, 10_000)}");
}
