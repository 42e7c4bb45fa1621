using System.Text;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Pull requests: https://docs.github.com/en/rest/pulls/pulls.</summary>
internal static class Pulls
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/pulls", Permission.Read, call => call.Page(Selected(call), PullJson.Simple));
        routes.Repository("POST", "/pulls", Permission.Read, CreateAsync);
        routes.Repository("GET", "/pulls/{pull_number}", Permission.Read, GetAsync);
        routes.Repository("PATCH", "/pulls/{pull_number}", Permission.Read, EditAsync);
        routes.Repository("GET", "/pulls/{pull_number}/files", Permission.Read, async call =>
        {
            var (start, head) = await RangeAsync(call);
            return call.Page(await call.Repository.Git.ChangesAsync(start, head, call.Cancelled), change => CommitJson.File(change, call.Repository, head));
        });
        routes.Repository("GET", "/pulls/{pull_number}/commits", Permission.Read, async call =>
        {
            var (start, head) = await RangeAsync(call);
            var commits = await call.Repository.Git.CommitsAsync($"{start}..{head}", 250, call.Cancelled);
            return call.Page(commits.Reverse(), commit => CommitJson.Of(commit, call.Repository, call.GitHub.Directory));
        });
        routes.Repository("GET", "/pulls/{pull_number}/merge", Permission.Read, call =>
            call.Pull().Pull!.MergedAt is null ? throw RefusalException.NotFound() : Answer.NoContent);
        routes.Repository("PUT", "/pulls/{pull_number}/merge", Permission.Write, MergeAsync);
    }

    private static IEnumerable<Issue> Selected(ApiCall call)
    {
        var state = call.Query("state") ?? "open";
        var head = call.Query("head");
        var @base = call.Query("base");
        var owner = call.Repository.Owner.Login;
        var selected = call.Repository.PullRequests.Where(issue =>
            (state == "all" || issue.State == state)
            && (head is null || head.Equals($"{owner}:{issue.Pull!.HeadBranch}", StringComparison.OrdinalIgnoreCase) || !head.Contains(':', StringComparison.Ordinal))
            && (@base is null || issue.Pull!.BaseBranch == @base));
        var sort = call.Query("sort") ?? "created";
        return Issues.Sorted(selected, sort, call.Query("direction") ?? (sort == "created" ? "desc" : "asc"));
    }

    private static async Task<Answer> CreateAsync(ApiCall call)
    {
        var proposal = new PullProposal(
            call.Required("title"), call.Text("body"), call.Required("head"), call.Required("base"),
            call.Flag("draft") ?? false, call.Flag("maintainer_can_modify") ?? false);
        call.Need(Permission.Write);
        return Answer.Created(PullJson.Of(await call.GitHub.Pulls.OpenAsync(call.Repository, call.Actor, proposal, call.Cancelled)));
    }

    private static async Task<Answer> GetAsync(ApiCall call)
    {
        var issue = call.Pull();
        if (call.Accepts("diff") || call.Accepts("patch"))
        {
            var (start, head) = await RangeAsync(call);
            return Answer.Raw(Encoding.UTF8.GetBytes(await call.Repository.Git.DiffTextAsync(start, head, call.Cancelled)), "application/vnd.github.diff; charset=utf-8");
        }

        return Answer.Ok(PullJson.Of(issue), issue.UpdatedAt);
    }

    private static async Task<Answer> EditAsync(ApiCall call)
    {
        var issue = call.Pull();
        if (issue.Author != call.Actor)
        {
            call.Need(Permission.Write);
        }

        call.GitHub.Tracker.Rewrite(issue, call.Actor, call.Text("title"), call.Text("body"));
        if (call.Text("base") is { } @base)
        {
            await call.GitHub.Pulls.RebaseAsync(issue, @base, call.Cancelled);
        }

        switch (call.Text("state"))
        {
            case "open":
                call.GitHub.Tracker.Reopen(issue, call.Actor);
                break;
            case "closed":
                call.GitHub.Tracker.Close(issue, call.Actor, null, null);
                break;
            case null:
                break;
            default:
                throw RefusalException.Invalid("PullRequest", "state", "invalid");
        }

        return Answer.Ok(PullJson.Of(issue));
    }

    private static async Task<Answer> MergeAsync(ApiCall call)
    {
        var sha = await call.GitHub.Pulls.MergeAsync(
            call.Pull(), call.Actor, call.Text("merge_method") ?? "merge", call.Text("commit_title"), call.Text("commit_message"), call.Text("sha"), call.Cancelled);
        return Answer.Ok(new JsonObject { ["sha"] = sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    /// <summary>Where the pull request left its base, and its head.</summary>
    private static async Task<(string Start, string Head)> RangeAsync(ApiCall call)
    {
        var pull = call.Pull().Pull!;
        return (await call.Repository.Git.MergeBaseAsync(pull.BaseSha, pull.HeadSha, call.Cancelled) ?? pull.BaseSha, pull.HeadSha);
    }
}
