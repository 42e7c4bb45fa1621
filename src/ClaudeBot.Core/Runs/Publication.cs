using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>Opens or updates the pull request and reads it back: nothing is a success before GitHub shows it.</summary>
public sealed class Publication(PullRequestPublisher publisher, RunOptions options, TimeProvider time)
{
    /// <param name="lookFirst">True when there may be a pull request already, since the branch was on the server before.</param>
    /// <exception cref="GitHubException"/>
    public async Task<RunEnd> PublishAsync(Run run, ChangeReport report, bool lookFirst, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Publish);
        var opened = await run.Steps.OnceAsync(
            RunStep.PullRequest,
            new { report.Branch, report.BaseBranch, report.HeadSha },
            lookFirst,
            async token => await publisher.FindAsync(report, token) is { } there ? Link(there, report.HeadSha) : null,
            async token => Link(await publisher.OpenAsync(report, token), report.HeadSha),
            cancellationToken);

        var (pull, fault) = await ReadBackAsync(run, new IssueReference(report.Repository, opened.Number), report, cancellationToken);
        string? stillDraft = null;
        if (fault is null && report.DraftReason is null && pull is { IsDraft: true, IsOpen: true })
            (pull, stillDraft) = await MarkReadyAsync(run, pull, report.HeadSha, cancellationToken);
        var link = Link(pull, report.HeadSha);
        if (fault is null)
            await run.Steps.DoAsync(RunStep.Describe, new { link.Number }, token => publisher.UpdateAsync(pull, report, token), cancellationToken);
        if (fault is not null)
            return new RunEnd.Over(TaskState.Failed, $"Pull request #{link.Number} is not as it should be: {fault}.", link);

        return report.DraftReason is { } reason
            ? new RunEnd.Over(TaskState.Failed, $"{reason} What was done is in pull request #{link.Number}{(link.IsDraft ? ", a draft" : "")}.{ReviewerNotes.HeldBackSentence(report)}", link)
            : new RunEnd.Over(TaskState.Succeeded, (stillDraft ?? $"Pull request #{link.Number} is {(pull.IsMerged ? "merged" : "open for review")}.") + ReviewerNotes.HeldBackSentence(report), link);
    }

    // An earlier try may have left a draft. A success must not hang on the one call that only the GraphQL API has.
    private async Task<(GitHubPullRequest Pull, string? StillDraft)> MarkReadyAsync(Run run, GitHubPullRequest pull, string sha, CancellationToken cancellationToken)
    {
        try
        {
            await run.Steps.OnceAsync(
                RunStep.Ready,
                new { pull.Reference.Number },
                lookFirst: false,
                async token => await publisher.IsDraftAsync(pull.Reference, token) ? null : Link(pull, sha) with { IsDraft = false },
                async token =>
                {
                    await publisher.MarkReadyAsync(pull, token);
                    return Link(pull, sha) with { IsDraft = false };
                },
                cancellationToken);
            return (pull with { IsDraft = false }, null);
        }
        catch (GitHubException e) when (e.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            return (pull, $"Pull request #{pull.Reference.Number} is finished, but still a draft of an earlier try: please press \"Ready for review\" there. GitHub does not let the bot do it: {e.Message}");
        }
    }

    /// <summary>The pull request as GitHub shows it, and what is wrong with it; it may take GitHub a moment to show the pushed commit.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<(GitHubPullRequest Pull, string? Fault)> ReadBackAsync(Run run, IssueReference reference, ChangeReport report, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var seen = await run.Steps.ReadAsync(token => publisher.ReadBackAsync(reference, report, token), cancellationToken);
            if (seen.Fault is null || tries >= options.ReadBackDelays.Count)
                return seen;
            await Task.Delay(options.ReadBackDelays[tries], time, cancellationToken);
        }
    }

    /// <param name="ownSha">The commit that the bot brought to its branch; null when it brought none.</param>
    public static PullRequestLink Link(GitHubPullRequest pull, string? ownSha) => new(pull.Reference.Number, pull.HtmlUrl, ownSha, pull.IsDraft);
}
