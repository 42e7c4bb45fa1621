using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class EventJson
{
    public static JsonObject Of(IssueEvent happened, Repository repository)
    {
        var json = new JsonObject
        {
            ["id"] = happened.Id,
            ["node_id"] = Notation.NodeId("Event", happened.Id),
            ["url"] = $"{repository.ApiUrl}/issues/events/{happened.Id}",
            ["actor"] = AccountJson.Of(happened.Actor),
            ["event"] = happened.Kind,
            ["commit_id"] = happened.CommitId,
            ["commit_url"] = happened.CommitId is null ? null : $"{repository.ApiUrl}/commits/{happened.CommitId}",
            ["created_at"] = happened.At.Text(),
            ["performed_via_github_app"] = null,
        };
        if (happened.Label is { } label)
        {
            json["label"] = new JsonObject { ["name"] = label.Name, ["color"] = label.Color };
        }

        if (happened.RenamedFrom is not null)
        {
            json["rename"] = new JsonObject { ["from"] = happened.RenamedFrom, ["to"] = happened.RenamedTo };
        }

        if (happened.Assignee is not null)
        {
            json["assignee"] = AccountJson.Of(happened.Assignee);
            json["assigner"] = AccountJson.Of(happened.Actor);
        }

        if (happened.Kind is "closed")
        {
            json["state_reason"] = null;
        }

        return json;
    }

    /// <summary>Events, comments and reviews of an issue in the order they happened.</summary>
    public static IEnumerable<JsonNode> Timeline(Issue issue)
    {
        var entries = issue.Events.Select(happened => (happened.At, happened.Id, Json: Of(happened, issue.Repository)))
            .Concat(issue.Comments.Select(comment => (At: comment.CreatedAt, comment.Id, Json: Commented(comment))));
        if (issue.Pull is { } pull)
        {
            entries = entries.Concat(pull.Reviews.Select(review => (At: review.SubmittedAt, review.Id, Json: Reviewed(review, issue))));
        }

        return entries.OrderBy(entry => entry.At).ThenBy(entry => entry.Id).Select(entry => entry.Json);
    }

    private static JsonObject Commented(IssueComment comment)
    {
        var json = IssueJson.Comment(comment);
        json["event"] = "commented";
        json["actor"] = AccountJson.Of(comment.Author);
        return json;
    }

    private static JsonObject Reviewed(Review review, Issue issue)
    {
        var json = ReviewJson.Of(review, issue);
        json["event"] = "reviewed";
        json["state"] = review.State.ToLowerInvariant();
        return json;
    }
}
