using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class CommitJson
{
    public static JsonObject Of(CommitData commit, Repository repository, GitHubDirectory directory)
    {
        var (api, html) = ($"{repository.ApiUrl}/commits/{commit.Sha}", $"{repository.HtmlUrl}/commit/{commit.Sha}");
        return new JsonObject
        {
            ["url"] = api,
            ["sha"] = commit.Sha,
            ["node_id"] = Notation.NodeId("Commit", commit.Sha),
            ["html_url"] = html,
            ["comments_url"] = $"{api}/comments",
            ["commit"] = new JsonObject
            {
                ["url"] = $"{repository.ApiUrl}/git/commits/{commit.Sha}",
                ["author"] = Person(commit.Author),
                ["committer"] = Person(commit.Committer),
                ["message"] = commit.Message,
                ["tree"] = new JsonObject { ["url"] = $"{repository.ApiUrl}/git/trees/{commit.Tree}", ["sha"] = commit.Tree },
                ["comment_count"] = 0,
                ["verification"] = new JsonObject { ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null, ["verified_at"] = null },
            },
            ["author"] = AccountOf(commit.Author, directory),
            ["committer"] = AccountOf(commit.Committer, directory),
            ["parents"] = commit.Parents.Select(parent => new JsonObject
            {
                ["url"] = $"{repository.ApiUrl}/commits/{parent}",
                ["html_url"] = $"{repository.HtmlUrl}/commit/{parent}",
                ["sha"] = parent,
            }).Listed(),
        };
    }

    public static JsonObject Full(CommitData commit, IReadOnlyList<FileChange> changes, Repository repository, GitHubDirectory directory)
    {
        var json = Of(commit, repository, directory);
        var (additions, deletions) = (changes.Sum(change => change.Additions), changes.Sum(change => change.Deletions));
        json["stats"] = new JsonObject { ["additions"] = additions, ["deletions"] = deletions, ["total"] = additions + deletions };
        json["files"] = changes.Select(change => File(change, repository, commit.Sha)).Listed();
        return json;
    }

    public static JsonObject File(FileChange change, Repository repository, string commit)
    {
        var path = EscapePath(change.Path);
        var json = new JsonObject
        {
            ["sha"] = change.BlobSha,
            ["filename"] = change.Path,
            ["status"] = change.Status,
            ["additions"] = change.Additions,
            ["deletions"] = change.Deletions,
            ["changes"] = change.Additions + change.Deletions,
            ["blob_url"] = $"{repository.HtmlUrl}/blob/{commit}/{path}",
            ["raw_url"] = $"{repository.HtmlUrl}/raw/{commit}/{path}",
            ["contents_url"] = $"{repository.ApiUrl}/contents/{path}?ref={commit}",
        };
        if (change.Patch is not null)
        {
            json["patch"] = change.Patch;
        }

        if (change.PreviousPath is not null)
        {
            json["previous_filename"] = change.PreviousPath;
        }

        return json;
    }

    public static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static JsonObject Person(Signature person) => new() { ["name"] = person.Name, ["email"] = person.Email, ["date"] = person.At.Text() };

    private static JsonObject? AccountOf(Signature person, GitHubDirectory directory) =>
        directory.FindAccountByEmail(person.Email) is { } account ? AccountJson.Of(account) : null;
}
