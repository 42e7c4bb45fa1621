using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class IssueJson
{
    private static readonly string[] ReactionKinds = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

    public static JsonObject Of(Issue issue)
    {
        var api = issue.ApiUrl;
        var json = new JsonObject
        {
            ["url"] = api,
            ["repository_url"] = issue.Repository.ApiUrl,
            ["labels_url"] = $"{api}/labels{{/name}}",
            ["comments_url"] = $"{api}/comments",
            ["events_url"] = $"{api}/events",
            ["html_url"] = issue.HtmlUrl,
            ["id"] = issue.Id,
            ["node_id"] = Notation.NodeId(issue.Pull is null ? "Issue" : "PullRequest", issue.Id),
            ["number"] = issue.Number,
            ["title"] = issue.Title,
            ["user"] = AccountJson.Of(issue.Author),
            ["labels"] = issue.Labels.Select(label => Label(label, issue.Repository)).Listed(),
            ["state"] = issue.State,
            ["locked"] = false,
            ["assignee"] = AccountJson.OfNullable(issue.Assignees.FirstOrDefault()),
            ["assignees"] = issue.Assignees.Select(AccountJson.Of).Listed(),
            ["milestone"] = null,
            ["comments"] = issue.Comments.Count(),
            ["created_at"] = issue.CreatedAt.Text(),
            ["updated_at"] = issue.UpdatedAt.Text(),
            ["closed_at"] = issue.ClosedAt.Text(),
            ["author_association"] = Association(issue.Repository, issue.Author),
            ["active_lock_reason"] = null,
            ["body"] = issue.Body,
            ["reactions"] = Reactions(issue.Reactions, api),
            ["timeline_url"] = $"{api}/timeline",
            ["performed_via_github_app"] = null,
            ["state_reason"] = issue.StateReason,
            ["parent_issue_url"] = issue.Parent?.ApiUrl,
            ["issue_dependencies_summary"] = Dependencies(issue),
            ["sub_issues_summary"] = SubIssues([.. issue.SubIssues]),
        };
        if (issue.Pull is { } pull)
        {
            json["draft"] = pull.IsDraft;
            json["pull_request"] = new JsonObject
            {
                ["url"] = PullJson.ApiUrl(issue),
                ["html_url"] = issue.HtmlUrl,
                ["diff_url"] = $"{issue.HtmlUrl}.diff",
                ["patch_url"] = $"{issue.HtmlUrl}.patch",
                ["merged_at"] = pull.MergedAt.Text(),
            };
        }

        return json;
    }

    /// <summary>An issue as the single answer carries it.</summary>
    public static JsonObject Full(Issue issue)
    {
        var json = Of(issue);
        json["closed_by"] = AccountJson.OfNullable(issue.ClosedBy);
        return json;
    }

    public static JsonObject Label(Label label, Repository repository) => new()
    {
        ["id"] = label.Id,
        ["node_id"] = Notation.NodeId("Label", label.Id),
        ["url"] = $"{repository.ApiUrl}/labels/{Uri.EscapeDataString(label.Name)}",
        ["name"] = label.Name,
        ["color"] = label.Color,
        ["default"] = false,
        ["description"] = label.Description,
    };

    public static JsonObject Comment(IssueComment comment)
    {
        var api = $"{comment.Issue.Repository.ApiUrl}/issues/comments/{comment.Id}";
        return new JsonObject
        {
            ["url"] = api,
            ["html_url"] = comment.HtmlUrl,
            ["issue_url"] = comment.Issue.ApiUrl,
            ["id"] = comment.Id,
            ["node_id"] = Notation.NodeId("IssueComment", comment.Id),
            ["user"] = AccountJson.Of(comment.Author),
            ["created_at"] = comment.CreatedAt.Text(),
            ["updated_at"] = comment.UpdatedAt.Text(),
            ["author_association"] = Association(comment.Issue.Repository, comment.Author),
            ["body"] = comment.Body,
            ["reactions"] = Reactions(comment.Reactions, api),
            ["performed_via_github_app"] = null,
        };
    }

    public static JsonObject Reaction(Reaction reaction) => new()
    {
        ["id"] = reaction.Id,
        ["node_id"] = Notation.NodeId("Reaction", reaction.Id),
        ["user"] = AccountJson.Of(reaction.Author),
        ["content"] = reaction.Content,
        ["created_at"] = reaction.At.Text(),
    };

    public static string Association(Repository repository, Account account) =>
        account.Id == repository.Owner.Id ? "OWNER"
        : repository.Permissions.GetValueOrDefault(account.Id) > Permission.None ? "COLLABORATOR"
        : "NONE";

    private static JsonObject Dependencies(Issue issue)
    {
        var blocking = issue.Repository.Issues.Values.Where(other => other.BlockedBy.Contains(issue)).ToArray();
        return new JsonObject
        {
            ["blocked_by"] = issue.BlockedBy.Count(blocker => blocker.IsOpen),
            ["blocking"] = blocking.Count(blocked => blocked.IsOpen),
            ["total_blocked_by"] = issue.BlockedBy.Count,
            ["total_blocking"] = blocking.Length,
        };
    }

    private static JsonObject SubIssues(Issue[] parts)
    {
        var completed = parts.Count(part => !part.IsOpen);
        return new JsonObject { ["total"] = parts.Length, ["completed"] = completed, ["percent_completed"] = parts.Length == 0 ? 0 : 100 * completed / parts.Length };
    }

    private static JsonObject Reactions(ImmutableList<Reaction> reactions, string url)
    {
        var json = new JsonObject { ["url"] = $"{url}/reactions", ["total_count"] = reactions.Count };
        foreach (var kind in ReactionKinds)
        {
            json[kind] = reactions.Count(reaction => reaction.Content == kind);
        }

        return json;
    }
}
