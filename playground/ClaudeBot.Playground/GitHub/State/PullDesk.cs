using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Hooks;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>What someone asks for when opening a pull request.</summary>
internal sealed record PullProposal(string Title, string? Body, string Head, string Base, bool IsDraft, bool MaintainerCanModify);

/// <summary>Opens and merges pull requests. Callers hold the repository's gate.</summary>
internal sealed class PullDesk(GitHubDirectory directory, Tracker tracker, Branches branches, Announcer announcer)
{
    public async Task<Issue> OpenAsync(Repository repository, Account author, PullProposal proposal, CancellationToken cancellationToken)
    {
        var colon = proposal.Head.IndexOf(':', StringComparison.Ordinal);
        var (owner, head) = colon < 0 ? (repository.Owner.Login, proposal.Head) : (proposal.Head[..colon], proposal.Head[(colon + 1)..]);
        if (!owner.Equals(repository.Owner.Login, StringComparison.OrdinalIgnoreCase) || repository.Branch(head) is not { } headSha)
        {
            throw RefusalException.Invalid("PullRequest", "head", "invalid");
        }

        if (repository.Branch(proposal.Base) is not { } baseSha)
        {
            throw RefusalException.Invalid("PullRequest", "base", "invalid");
        }

        if (repository.PullRequests.Any(other => other.IsOpen && other.Pull!.HeadBranch == head && other.Pull.BaseBranch == proposal.Base))
        {
            throw Custom($"A pull request already exists for {repository.Owner.Login}:{head}.");
        }

        var (ahead, _) = await repository.Git.DistanceAsync(baseSha, headSha, cancellationToken);
        if (ahead == 0)
        {
            throw Custom($"No commits between {proposal.Base} and {head}");
        }

        var issue = tracker.Add(repository, author, proposal.Title, proposal.Body);
        issue.Pull = new PullRequest(directory.NextId(), head, headSha, proposal.Base, baseSha)
        {
            IsDraft = proposal.IsDraft,
            MaintainerCanModify = proposal.MaintainerCanModify,
        };
        await branches.FollowAsync(issue, cancellationToken);
        announcer.Pull("opened", issue, author);
        return issue;
    }

    /// <summary>Lets the pull request aim at another branch.</summary>
    public async Task RebaseAsync(Issue issue, string @base, CancellationToken cancellationToken)
    {
        if (issue.Repository.Branch(@base) is not { } sha)
        {
            throw RefusalException.Invalid("PullRequest", "base", "invalid");
        }

        (issue.Pull!.BaseBranch, issue.Pull.BaseSha) = (@base, sha);
        issue.UpdatedAt = directory.Now;
        await branches.FollowAsync(issue, cancellationToken);
    }

    public void MarkReady(Issue issue, Account actor)
    {
        issue.Pull!.IsDraft = false;
        issue.UpdatedAt = directory.Now;
        announcer.Pull("ready_for_review", issue, actor);
    }

    /// <summary>Merges and gives the sha of the merge; <paramref name="expected"/> null takes whatever the head is.</summary>
    public async Task<string> MergeAsync(
        Issue issue, Account actor, string method, string? title, string? message, string? expected, CancellationToken cancellationToken)
    {
        var (repository, pull) = (issue.Repository, issue.Pull!);
        if (expected is not null && expected != pull.HeadSha)
        {
            throw new RefusalException(409, "Head branch was modified. Review and try the merge again.");
        }

        if (!issue.IsOpen || pull.IsDraft || !pull.Facts.Mergeable)
        {
            throw new RefusalException(405, pull.IsDraft && issue.IsOpen ? "Pull Request is still a draft" : "Pull Request is not mergeable");
        }

        if (method == "rebase")
        {
            throw new RefusalException(405, "Rebase merges are not allowed on this repository.");
        }

        var sha = await CommitAsync(issue, actor, method, title, message, cancellationToken);
        var commits = await repository.Git.CommitsAsync($"{pull.BaseSha}..{pull.HeadSha}", 250, cancellationToken);
        (pull.MergedAt, pull.MergedBy, pull.MergeCommitSha) = (directory.Now, actor, sha);
        tracker.Record(issue, new IssueEvent(directory.NextId(), "merged", actor, directory.Now, CommitId: sha));
        tracker.Close(issue, actor, null, sha);
        await branches.NoticeAsync(repository, actor, cancellationToken);
        if (pull.BaseBranch == repository.DefaultBranch)
        {
            foreach (var closed in commits.Select(commit => commit.Message).Prepend(issue.Body).SelectMany(text => ClosingWords.Issues(text, repository)))
            {
                tracker.Close(closed, actor, "completed", sha);
            }
        }

        return sha;
    }

    private static async Task<string> CommitAsync(Issue issue, Account actor, string method, string? title, string? message, CancellationToken cancellationToken)
    {
        var (git, pull) = (issue.Repository.Git, issue.Pull!);
        var tree = (await git.RunAsync(["merge-tree", "--write-tree", pull.BaseSha, pull.HeadSha], cancellationToken)).Line;
        var (first, rest) = method == "squash"
            ? (title ?? $"{issue.Title} (#{issue.Number})", message ?? issue.Body)
            : (title ?? $"Merge pull request #{issue.Number} from {issue.Repository.Owner.Login}/{pull.HeadBranch}", message ?? issue.Title);
        var text = string.IsNullOrWhiteSpace(rest) ? first : $"{first}\n\n{rest}";
        string[] parents = method == "squash" ? [pull.BaseSha] : [pull.BaseSha, pull.HeadSha];
        var sha = await git.CommitTreeAsync(tree, parents, text, actor, cancellationToken);
        return await git.MoveAsync($"refs/heads/{pull.BaseBranch}", pull.BaseSha, sha, cancellationToken)
            ? sha
            : throw new RefusalException(405, "Base branch was modified. Review and try the merge again.");
    }

    private static RefusalException Custom(string message) =>
        new(422, "Validation Failed", new System.Text.Json.Nodes.JsonObject { ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = message });
}
