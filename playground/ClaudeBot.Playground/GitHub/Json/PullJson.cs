using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class PullJson
{
    public static string ApiUrl(Issue issue) => $"{issue.Repository.ApiUrl}/pulls/{issue.Number}";

    /// <summary>A pull request as lists carry it.</summary>
    public static JsonObject Simple(Issue issue)
    {
        var pull = issue.Pull!;
        var (api, repository) = (ApiUrl(issue), issue.Repository);
        var statuses = $"{repository.ApiUrl}/statuses/{pull.HeadSha}";
        return new JsonObject
        {
            ["url"] = api,
            ["id"] = pull.Id,
            ["node_id"] = Notation.NodeId("PullRequest", pull.Id),
            ["html_url"] = issue.HtmlUrl,
            ["diff_url"] = $"{issue.HtmlUrl}.diff",
            ["patch_url"] = $"{issue.HtmlUrl}.patch",
            ["issue_url"] = issue.ApiUrl,
            ["number"] = issue.Number,
            ["state"] = issue.State,
            ["locked"] = false,
            ["title"] = issue.Title,
            ["user"] = AccountJson.Of(issue.Author),
            ["body"] = issue.Body,
            ["created_at"] = issue.CreatedAt.Text(),
            ["updated_at"] = issue.UpdatedAt.Text(),
            ["closed_at"] = issue.ClosedAt.Text(),
            ["merged_at"] = pull.MergedAt.Text(),
            ["merge_commit_sha"] = pull.MergeCommitSha,
            ["assignee"] = AccountJson.OfNullable(issue.Assignees.FirstOrDefault()),
            ["assignees"] = issue.Assignees.Select(AccountJson.Of).Listed(),
            ["requested_reviewers"] = new JsonArray(),
            ["requested_teams"] = new JsonArray(),
            ["labels"] = issue.Labels.Select(label => IssueJson.Label(label, repository)).Listed(),
            ["milestone"] = null,
            ["draft"] = pull.IsDraft,
            ["commits_url"] = $"{api}/commits",
            ["review_comments_url"] = $"{api}/comments",
            ["review_comment_url"] = $"{repository.ApiUrl}/pulls/comments{{/number}}",
            ["comments_url"] = $"{issue.ApiUrl}/comments",
            ["statuses_url"] = statuses,
            ["head"] = End(repository, pull.HeadBranch, pull.HeadSha),
            ["base"] = End(repository, pull.BaseBranch, pull.BaseSha),
            ["_links"] = new JsonObject
            {
                ["self"] = Link(api),
                ["html"] = Link(issue.HtmlUrl),
                ["issue"] = Link(issue.ApiUrl),
                ["comments"] = Link($"{issue.ApiUrl}/comments"),
                ["review_comments"] = Link($"{api}/comments"),
                ["review_comment"] = Link($"{repository.ApiUrl}/pulls/comments{{/number}}"),
                ["commits"] = Link($"{api}/commits"),
                ["statuses"] = Link(statuses),
            },
            ["author_association"] = IssueJson.Association(repository, issue.Author),
            ["auto_merge"] = null,
            ["active_lock_reason"] = null,
        };
    }

    /// <summary>A pull request as the single answer and webhooks carry it.</summary>
    public static JsonObject Of(Issue issue)
    {
        var (json, pull) = (Simple(issue), issue.Pull!);
        var merged = pull.MergedAt is not null;
        json["merged"] = merged;
        json["mergeable"] = merged || !issue.IsOpen ? null : pull.Facts.Mergeable;
        json["rebaseable"] = false;
        json["mergeable_state"] = merged || !issue.IsOpen ? "unknown" : !pull.Facts.Mergeable ? "dirty" : pull.IsDraft ? "draft" : "clean";
        json["merged_by"] = AccountJson.OfNullable(pull.MergedBy);
        json["comments"] = issue.Comments.Count();
        json["review_comments"] = pull.ReviewComments.Count;
        json["maintainer_can_modify"] = pull.MaintainerCanModify;
        json["commits"] = pull.Facts.Commits;
        json["additions"] = pull.Facts.Additions;
        json["deletions"] = pull.Facts.Deletions;
        json["changed_files"] = pull.Facts.ChangedFiles;
        return json;
    }

    /// <summary>What a check run carries of a pull request.</summary>
    public static JsonObject Minimal(Issue issue)
    {
        var repository = new JsonObject { ["id"] = issue.Repository.Id, ["url"] = issue.Repository.ApiUrl, ["name"] = issue.Repository.Name };
        var pull = issue.Pull!;
        return new JsonObject
        {
            ["id"] = pull.Id,
            ["number"] = issue.Number,
            ["url"] = ApiUrl(issue),
            ["head"] = new JsonObject { ["ref"] = pull.HeadBranch, ["sha"] = pull.HeadSha, ["repo"] = repository },
            ["base"] = new JsonObject { ["ref"] = pull.BaseBranch, ["sha"] = pull.BaseSha, ["repo"] = repository.DeepClone() },
        };
    }

    public static JsonObject Link(string address) => new() { ["href"] = address };

    private static JsonObject End(Repository repository, string branch, string sha) => new()
    {
        ["label"] = $"{repository.Owner.Login}:{branch}",
        ["ref"] = branch,
        ["sha"] = sha,
        ["user"] = AccountJson.Of(repository.Owner),
        ["repo"] = RepositoryJson.Of(repository),
    };
}
