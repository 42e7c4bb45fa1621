using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Files and folders at a commit: https://docs.github.com/en/rest/repos/contents.</summary>
internal static class Contents
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/contents/{**path}", Permission.Read, GetAsync);
    }

    private static async Task<Answer> GetAsync(ApiCall call)
    {
        var (git, path) = (call.Repository.Git, call.Route("path").Trim('/'));
        var named = call.Query("ref");
        var commit = await git.ResolveCommitAsync(named ?? call.Repository.DefaultBranch, call.Cancelled)
            ?? throw new RefusalException(404, $"No commit found for the ref {named}");
        var entry = path.Length == 0 ? null : await git.EntryAsync(commit, path, call.Cancelled) ?? throw RefusalException.NotFound();
        if (entry is null or { Type: "tree" })
        {
            var entries = await git.EntriesAsync(commit, path, call.Cancelled);
            return Answer.Ok(entries.OrderBy(item => item.Path, StringComparer.Ordinal).Select(item => Describe(item, call, named)).Listed());
        }

        var blob = await git.BlobAsync(entry.Sha, call.Cancelled);
        if (call.Accepts("raw"))
        {
            return Answer.Raw(blob, "application/vnd.github.raw; charset=utf-8");
        }

        var json = Describe(entry, call, named);
        json["content"] = Lines(Convert.ToBase64String(blob));
        json["encoding"] = "base64";
        return Answer.Ok(json);
    }

    private static JsonObject Describe(TreeEntry entry, ApiCall call, string? named)
    {
        var (repository, path) = (call.Repository, CommitJson.EscapePath(entry.Path));
        var branch = named ?? repository.DefaultBranch;
        var self = $"{repository.ApiUrl}/contents/{path}?ref={Uri.EscapeDataString(branch)}";
        var gitUrl = $"{repository.ApiUrl}/git/{(entry.Type == "tree" ? "trees" : "blobs")}/{entry.Sha}";
        var html = $"{repository.HtmlUrl}/{(entry.Type == "tree" ? "tree" : "blob")}/{CommitJson.EscapePath(branch)}/{path}";
        return new JsonObject
        {
            ["name"] = entry.Name,
            ["path"] = entry.Path,
            ["sha"] = entry.Sha,
            ["size"] = entry.Size,
            ["url"] = self,
            ["html_url"] = html,
            ["git_url"] = gitUrl,
            ["download_url"] = entry.Type == "tree" ? null : $"{repository.HtmlUrl}/raw/{CommitJson.EscapePath(branch)}/{path}",
            ["type"] = entry.Type switch { "tree" => "dir", "commit" => "submodule", _ => entry.Mode == "120000" ? "symlink" : "file" },
            ["_links"] = new JsonObject { ["self"] = self, ["git"] = gitUrl, ["html"] = html },
        };
    }

    // GitHub breaks base64 after 60 characters.
    private static string Lines(string text) => string.Concat(text.Chunk(60).Select(line => new string(line) + "\n"));
}
