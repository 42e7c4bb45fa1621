using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Decides whether something that was said about a pull request is for the bot to see to.</summary>
public sealed class RemarkDecider(GitHubClient github, IRemarks remarks, ITaskQueue queue, ServedRepositories served, TriggerOptions triggers, FollowUpOptions options)
{
    private readonly Askers _askers = new(github, triggers);

    /// <param name="author">Who said it; null for what GitHub found.</param>
    /// <exception cref="GitHubException">GitHub did not answer now; decide later.</exception>
    public async Task<Decision> DecideAsync(Remark remark, GitHubUser? author, CancellationToken cancellationToken)
    {
        var decision = new Decision { Subject = remark.Pull, Outcome = "ignored", Reason = "", AsksForWork = false };
        if (!options.Enabled)
            return decision with { Reason = "ENABLE_PR_FEEDBACK is off: what is said about pull requests is not listened to." };
        if (await remarks.OriginAsync(remark.Pull, cancellationToken) is null)
        {
            await RequireNoTaskOnAsync(remark.Pull, cancellationToken);

            // The task may have ended between the two questions: then the ledger knows its pull request now.
            if (await remarks.OriginAsync(remark.Pull, cancellationToken) is null)
                return decision with { Reason = $"{remark.Pull} is no pull request of this bot." };
        }

        if (author is not null && await remarks.ListeningSinceAsync(cancellationToken) is { } since && remark.At <= since)
            return decision with { Reason = $"{What(remark)} was made before this bot listened to what is said about its pull requests ({since:u}); say it again to have it seen to." };
        if (!await served.ServesAsync(remark.Pull.Repository, cancellationToken))
            return decision with { Reason = $"{remark.Pull.Repository} is not one of the repositories that this bot serves." };
        if (author is not null && await _askers.MayAskAsync(remark.Pull.Repository, author, cancellationToken) is { Holds: false } rule)
            return decision with { Outcome = rule.IsRefusal ? "refused" : "ignored", Reason = $"{What(remark)} is not shown to the agent: {rule.Sentence}", AsksForWork = true };

        return decision with
        {
            Outcome = "feedback",
            Reason = author is null ? $"{What(remark)} is seen to." : $"{What(remark)} by @{author.Login}, who may write in {remark.Pull.Repository}, is seen to.",
            Remark = remark,
            AsksForWork = true,
        };
    }

    /// <summary>A check that failed concerns the bot only on a commit that the bot itself pushed: whoever pushes on top takes the branch over.</summary>
    /// <exception cref="GitHubException">It cannot be told yet; decide later.</exception>
    internal async Task<Decision> DecideAsync(Request.CheckFailed failed, CancellationToken cancellationToken)
    {
        // A quick check can end before the run that pushed the commit has. Asked first: a run that ends meanwhile has its commit in the ledger.
        var atWork = await queue.ListAsync(new TaskFilter { Repository = failed.Repository, States = [TaskState.Running] }, cancellationToken);
        if (await remarks.PullOfCommitAsync(failed.Repository, failed.Check.HeadSha, cancellationToken) is { } pull)
            return await DecideAsync(RemarkReader.Of(pull, failed.Check), author: null, cancellationToken);
        if (atWork.Any(task => failed.Branch is null || task.Branch == failed.Branch))
            throw new GitHubException(GitHubFaultKind.Transient, $"A task is at work on {failed.Branch ?? failed.Repository.ToString()}: whether the commit {failed.Check.HeadSha} is its own is known at its end.", null, null);
        return new Decision { Outcome = "ignored", Reason = $"The check '{failed.Check.Name}' failed on {failed.Check.HeadSha}, which is no commit of this bot.", AsksForWork = false };
    }

    /// <summary>The ledger knows a pull request from the end of the task that opened it: what is said before that waits.</summary>
    private async Task RequireNoTaskOnAsync(IssueReference pull, CancellationToken cancellationToken)
    {
        var active = await queue.ListAsync(
            new TaskFilter { Repository = pull.Repository, States = [TaskState.Waiting, TaskState.Running, TaskState.NeedsInput], Limit = int.MaxValue }, cancellationToken);
        if (active.Count > 0 && await BranchAsync(pull, cancellationToken) is { } branch && active.Any(task => task.Branch == branch))
            throw new GitHubException(GitHubFaultKind.Transient, $"A task is at work on {branch}: whether {pull} is its own is known at its end.", null, null);
    }

    private async Task<string?> BranchAsync(IssueReference pull, CancellationToken cancellationToken)
    {
        try
        {
            return (await github.GetPullRequestAsync(pull, cancellationToken)).HeadBranch;
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Forbidden or GitHubFaultKind.Rejected)
        {
            return null;
        }
    }

    private static string What(Remark remark) => remark.Kind switch
    {
        RemarkKind.Review => $"The review {remark.Detail.Url}",
        RemarkKind.ReviewComment => $"The comment on the diff {remark.Detail.Url}",
        RemarkKind.Comment => $"The comment {remark.Key} under {remark.Pull}",
        RemarkKind.Check => $"The check '{remark.Detail.Text}', which ended as {remark.Detail.Conclusion} on {remark.Detail.HeadSha},",
        _ => $"The conflict of {remark.Pull} with its base branch",
    };
}
