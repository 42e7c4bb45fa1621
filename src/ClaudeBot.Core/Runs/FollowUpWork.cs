using ClaudeBot.PullRequests;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>
/// The way of a follow-up: the agent goes on on the pull request's branch, the checks run, what it made is pushed on top
/// of whatever others pushed, and everything that was said is answered.
/// </summary>
public sealed class FollowUpWork(Preparation preparation, AgentRounds rounds, Handover handover, FollowUpAnswers answers, WorkspaceStore workspaces)
{
    /// <summary>So often what others push meanwhile is merged; then the task waits for them to come to an end.</summary>
    private const int MostMerges = 3;

    /// <exception cref="RunEndException"/>
    /// <exception cref="WorkspaceException"/>
    /// <exception cref="GitHub.GitHubException"/>
    public async Task<RunEnd> WorkAsync(Run run, CancellationToken cancellationToken)
    {
        if (await UnfinishedAsync(run, cancellationToken) is { } known)
            return await AnswerAsync(run, known, cancellationToken);

        var prepared = await RunTrace.StepAsync("prepare", () => preparation.PrepareAsync(run, cancellationToken));
        if (run.FollowUp is { NeedsAgent: false } && prepared.Workspace.Merge is null)
            return await AnswerAsync(run, new FollowUpReport([], null, null, "The branch holds all of its base branch already."), cancellationToken);

        var work = await RunTrace.StepAsync("work", () => rounds.WorkAsync(run, prepared, cancellationToken));
        var files = new HashSet<string>(StringComparer.Ordinal);
        for (var merges = 0; ; merges++)
        {
            var report = await ReportAsync(run, work, files, cancellationToken);
            await run.Steps.BeginAsync(RunStep.Answers, report, cancellationToken);
            if (report.Change is not { } change || await RunTrace.StepAsync("push", () => handover.TryPushAsync(run, work.Prepared.Workspace, change, cancellationToken)))
                return await AnswerAsync(run, report, cancellationToken);
            if (merges >= MostMerges)
                throw Moving(run);

            // Somebody pushed while the agent worked: theirs stays, and ours goes on top. What they took away stays away.
            var merged = await run.Steps.ReadAsync(token => workspaces.MergeOthersAsync(work.Prepared.Workspace, change.HeadSha, token), cancellationToken)
                ?? throw await Handover.MovedAsync(run, cancellationToken);
            work = await RunTrace.StepAsync("merge", () => rounds.MergedAsync(run, work, work.Prepared with { Workspace = merged }, cancellationToken));
        }
    }

    private Task<RunEnd> AnswerAsync(Run run, FollowUpReport report, CancellationToken cancellationToken) =>
        RunTrace.StepAsync("answer", () => answers.GiveAsync(run, report, cancellationToken));

    /// <summary>What an earlier run of the task had ready: only the saying, or at most the push, is left to do.</summary>
    private async Task<FollowUpReport?> UnfinishedAsync(Run run, CancellationToken cancellationToken)
    {
        if (await run.Steps.FindAsync<FollowUpReport>(RunStep.Answers, cancellationToken) is not { Intent: var report })
            return null;
        if (report.Change is null)
            return report;
        return await handover.UnfinishedAsync(run, cancellationToken) is { } pushed && pushed.HeadSha == report.Change.HeadSha ? report : null;
    }

    /// <param name="files">What the agent changed by the commits before; what it changed by this one is added.</param>
    private async Task<FollowUpReport> ReportAsync(Run run, AgentWork work, HashSet<string> files, CancellationToken cancellationToken)
    {
        var followUp = run.FollowUp!;
        var change = work.Change is null ? null : await handover.ReleaseAsync(run, work, cancellationToken);
        if (change is not null)
            files.UnionWith((await workspaces.ReadCommitAsync(work.Prepared.Workspace, change.HeadSha, cancellationToken)).Files.Select(file => file.Path));
        var given = PointAnswers.Read(followUp, work.Span.Said, change?.HeadSha, files, isSound: work.DraftReason is null);
        return new FollowUpReport(given, change, Fault(followUp, work, change), PointAnswers.WithoutBlocks(work.Span.Summary));
    }

    // That nothing is changed is an answer to people, but no repair of what failed.
    private static string? Fault(FollowUp followUp, AgentWork work, ChangeReport? change) =>
        work.DraftReason ?? (change is null && followUp.Failures.Count > 0 && followUp.Points.Count == 0 ? "The agent changed nothing for the checks that fail." : null);

    private static RunEndException Moving(Run run) => new(new RunEnd.Again(
        $"Others keep pushing to {run.Task.Branch}. Nothing was overwritten; the work starts again on top of that.", NotBefore: null, CountsAttempt: true));
}
