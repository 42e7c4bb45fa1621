using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Hooks;
using ClaudeBot.Playground.GitHub.Json;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Notices what became of branches and tags in git, and lets pull requests follow. Callers hold the repository's gate.</summary>
internal sealed class Branches(GitHubDirectory directory, Tracker tracker, Announcer announcer)
{
    private const string Nothing = "0000000000000000000000000000000000000000";

    /// <summary>Compares what git holds with what was known; each difference is a push by <paramref name="pusher"/>.</summary>
    public async Task NoticeAsync(Repository repository, Account pusher, CancellationToken cancellationToken)
    {
        var (before, after) = (repository.References, await repository.Git.ReferencesAsync(cancellationToken));
        repository.References = after;
        foreach (var reference in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(reference), after.GetValueOrDefault(reference));
            if (old != now)
            {
                await MovedAsync(repository, reference, old, now, pusher, cancellationToken);
            }
        }
    }

    /// <summary>Looks at a pull request's sizes and mergeability, and keeps <c>refs/pull/N/head</c> at its head.</summary>
    public async Task FollowAsync(Issue issue, CancellationToken cancellationToken)
    {
        var (git, pull) = (issue.Repository.Git, issue.Pull!);
        await git.RunAsync(["update-ref", $"refs/pull/{issue.Number}/head", pull.HeadSha], cancellationToken);
        pull.Facts = await git.PullFactsAsync(pull.BaseSha, pull.HeadSha, cancellationToken);
    }

    private async Task MovedAsync(Repository repository, string reference, string? old, string? now, Account pusher, CancellationToken cancellationToken)
    {
        repository.PushedAt = repository.UpdatedAt = directory.Now;
        var commits = now is null ? [] : await NewCommitsAsync(repository, old, now, cancellationToken);
        await RebaseAsync(repository, reference, now, cancellationToken);
        announcer.Push(repository, pusher, await PayloadAsync(repository, reference, old, now, commits, cancellationToken));
        if (!reference.StartsWith("refs/heads/", StringComparison.Ordinal))
        {
            return;
        }

        var branch = reference["refs/heads/".Length..];
        foreach (var issue in repository.PullRequests.Where(issue => issue.IsOpen).ToArray())
        {
            await FollowAsync(issue, branch, old, now, pusher, cancellationToken);
        }

        if (branch == repository.DefaultBranch)
        {
            foreach (var commit in commits)
            {
                foreach (var closed in ClosingWords.Issues(commit.Message, repository))
                {
                    tracker.Close(closed, pusher, "completed", commit.Sha);
                }
            }
        }
    }

    private async Task FollowAsync(Issue issue, string branch, string? old, string? now, Account pusher, CancellationToken cancellationToken)
    {
        var pull = issue.Pull!;
        if (pull.HeadBranch == branch && now is null)
        {
            tracker.Close(issue, pusher, null, null);
        }
        else if (pull.HeadBranch == branch)
        {
            pull.HeadSha = now!;
            issue.UpdatedAt = directory.Now;
            await FollowAsync(issue, cancellationToken);
            announcer.Pull("synchronize", issue, pusher, ("before", old), ("after", now));
        }
    }

    /// <summary>Pull requests into a branch that moved: whether they conflict now is known when the push is told.</summary>
    private async Task RebaseAsync(Repository repository, string reference, string? now, CancellationToken cancellationToken)
    {
        foreach (var issue in repository.PullRequests.Where(issue => issue.IsOpen && now is not null && reference == $"refs/heads/{issue.Pull!.BaseBranch}").ToArray())
        {
            issue.Pull!.BaseSha = now!;
            await FollowAsync(issue, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<CommitData>> NewCommitsAsync(Repository repository, string? old, string now, CancellationToken cancellationToken)
    {
        if (await repository.Git.TypeOfAsync(now, cancellationToken) != "commit")
        {
            return [];
        }

        var start = old ?? repository.Branch(repository.DefaultBranch);
        var range = start is null || start == now ? null : $"{start}..{now}";
        return range is null ? [] : [.. (await repository.Git.CommitsAsync(range, 2048, cancellationToken)).Reverse()];
    }

    private async Task<JsonObject> PayloadAsync(
        Repository repository, string reference, string? old, string? now, IReadOnlyList<CommitData> commits, CancellationToken cancellationToken)
    {
        var described = new List<JsonObject>();
        foreach (var commit in commits)
        {
            described.Add(await DescribeAsync(repository, commit, cancellationToken));
        }

        var head = now is null || await repository.Git.ResolveCommitAsync(now, cancellationToken) is not { } sha
            ? null
            : await DescribeAsync(repository, await repository.Git.CommitAsync(sha, cancellationToken), cancellationToken);
        return new JsonObject
        {
            ["ref"] = reference,
            ["before"] = old ?? Nothing,
            ["after"] = now ?? Nothing,
            ["created"] = old is null,
            ["deleted"] = now is null,
            ["forced"] = old is not null && now is not null && !await repository.Git.IsAncestorAsync(old, now, cancellationToken),
            ["base_ref"] = null,
            ["compare"] = $"{repository.HtmlUrl}/compare/{(old ?? Nothing)[..12]}...{(now ?? Nothing)[..12]}",
            ["commits"] = described.Listed(),
            ["head_commit"] = head,
        };
    }

    private async Task<JsonObject> DescribeAsync(Repository repository, CommitData commit, CancellationToken cancellationToken)
    {
        var changes = await repository.Git.ChangesAsync(commit.Parents.Count > 0 ? commit.Parents[0] : null, commit.Sha, cancellationToken);
        JsonArray Paths(Func<FileChange, bool> which) => changes.Where(which).Select(change => (JsonNode)change.Path).Listed();
        return new JsonObject
        {
            ["id"] = commit.Sha,
            ["tree_id"] = commit.Tree,
            ["distinct"] = true,
            ["message"] = commit.Message,
            ["timestamp"] = commit.Committer.At.Text(),
            ["url"] = $"{repository.HtmlUrl}/commit/{commit.Sha}",
            ["author"] = Person(commit.Author),
            ["committer"] = Person(commit.Committer),
            ["added"] = Paths(change => change.Status is "added" or "copied"),
            ["removed"] = Paths(change => change.Status == "removed"),
            ["modified"] = Paths(change => change.Status is not ("added" or "copied" or "removed")),
        };
    }

    private JsonObject Person(Signature person)
    {
        var json = new JsonObject { ["name"] = person.Name, ["email"] = person.Email, ["date"] = person.At.Text() };
        if (directory.FindAccountByEmail(person.Email) is { } account)
        {
            json["username"] = account.Login;
        }

        return json;
    }
}
