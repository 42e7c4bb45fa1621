using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Commits, what lies between two of them, and what a path holds.</summary>
internal static class Commits
{
    // GitHub shows at most this many: https://docs.github.com/en/rest/commits/commits#compare-two-commits.
    private const int MostCompared = 250;

    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/commits", Permission.Read, ListAsync);
        routes.Repository("GET", "/commits/{ref}", Permission.Read, OneAsync);
        routes.Repository("GET", "/compare/{**basehead}", Permission.Read, CompareAsync);
    }

    public static async Task<string> ResolveAsync(ApiCall call, string revision) =>
        await call.Repository.Git.ResolveCommitAsync(revision, call.Cancelled) ?? throw new RefusalException(422, $"No commit found for SHA: {revision}");

    private static async Task<Answer> ListAsync(ApiCall call)
    {
        var sha = await call.Repository.Git.ResolveCommitAsync(call.Query("sha") ?? call.Repository.DefaultBranch, call.Cancelled) ?? throw RefusalException.NotFound();
        var commits = await call.Repository.Git.CommitsAsync(sha, 10_000, call.Cancelled);
        return call.Page(commits, commit => CommitJson.Of(commit, call.Repository, call.GitHub.Directory));
    }

    private static async Task<Answer> OneAsync(ApiCall call)
    {
        var sha = await ResolveAsync(call, call.Route("ref"));
        var commit = await call.Repository.Git.CommitAsync(sha, call.Cancelled);
        var changes = await call.Repository.Git.ChangesAsync(commit.Parents.Count > 0 ? commit.Parents[0] : null, sha, call.Cancelled);
        return Answer.Ok(CommitJson.Full(commit, changes, call.Repository, call.GitHub.Directory));
    }

    private static async Task<Answer> CompareAsync(ApiCall call)
    {
        var ends = call.Route("basehead").Split("...", 2);
        var (repository, git) = (call.Repository, call.Repository.Git);
        var @base = ends.Length == 2 ? await git.ResolveCommitAsync(WithoutOwner(ends[0]), call.Cancelled) : null;
        var head = ends.Length == 2 ? await git.ResolveCommitAsync(WithoutOwner(ends[1]), call.Cancelled) : null;
        if (@base is null || head is null || await git.MergeBaseAsync(@base, head, call.Cancelled) is not { } fork)
        {
            throw RefusalException.NotFound();
        }

        var (ahead, behind) = await git.DistanceAsync(@base, head, call.Cancelled);
        var commits = await git.CommitsAsync($"{@base}..{head}", MostCompared, call.Cancelled);
        var changes = await git.ChangesAsync(fork, head, call.Cancelled);
        var html = $"{repository.HtmlUrl}/compare/{CommitJson.EscapePath(call.Route("basehead"))}";
        return Answer.Ok(new JsonObject
        {
            ["url"] = $"{repository.ApiUrl}/compare/{CommitJson.EscapePath(call.Route("basehead"))}",
            ["html_url"] = html,
            ["permalink_url"] = $"{repository.HtmlUrl}/compare/{@base}...{head}",
            ["diff_url"] = $"{html}.diff",
            ["patch_url"] = $"{html}.patch",
            ["base_commit"] = CommitJson.Of(await git.CommitAsync(@base, call.Cancelled), repository, call.GitHub.Directory),
            ["merge_base_commit"] = CommitJson.Of(await git.CommitAsync(fork, call.Cancelled), repository, call.GitHub.Directory),
            ["status"] = (ahead, behind) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" },
            ["ahead_by"] = ahead,
            ["behind_by"] = behind,
            ["total_commits"] = ahead,
            ["commits"] = commits.Reverse().Select(commit => CommitJson.Of(commit, repository, call.GitHub.Directory)).Listed(),
            ["files"] = changes.Select(change => CommitJson.File(change, repository, head)).Listed(),
        });
    }

    private static string WithoutOwner(string end) => end[(end.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
