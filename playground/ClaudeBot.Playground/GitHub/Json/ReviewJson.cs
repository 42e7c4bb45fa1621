using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class ReviewJson
{
    public static JsonObject Of(Review review, Issue issue)
    {
        var html = $"{issue.HtmlUrl}#pullrequestreview-{review.Id}";
        return new JsonObject
        {
            ["id"] = review.Id,
            ["node_id"] = Notation.NodeId("PullRequestReview", review.Id),
            ["user"] = AccountJson.Of(review.Author),
            ["body"] = review.Body,
            ["state"] = review.State,
            ["html_url"] = html,
            ["pull_request_url"] = PullJson.ApiUrl(issue),
            ["author_association"] = IssueJson.Association(issue.Repository, review.Author),
            ["_links"] = new JsonObject { ["html"] = PullJson.Link(html), ["pull_request"] = PullJson.Link(PullJson.ApiUrl(issue)) },
            ["submitted_at"] = review.SubmittedAt.Text(),
            ["commit_id"] = review.CommitId,
        };
    }

    public static JsonObject Comment(ReviewComment comment, Issue issue)
    {
        var html = $"{issue.HtmlUrl}#discussion_r{comment.Id}";
        var api = $"{issue.Repository.ApiUrl}/pulls/comments/{comment.Id}";
        var json = new JsonObject
        {
            ["url"] = api,
            ["pull_request_review_id"] = comment.ReviewId,
            ["id"] = comment.Id,
            ["node_id"] = Notation.NodeId("PullRequestReviewComment", comment.Id),
            ["diff_hunk"] = comment.DiffHunk,
            ["path"] = comment.Path,
            ["position"] = comment.Line is null ? null : 1,
            ["original_position"] = 1,
            ["commit_id"] = comment.CommitId,
            ["original_commit_id"] = comment.CommitId,
            ["user"] = AccountJson.Of(comment.Author),
            ["body"] = comment.Body,
            ["created_at"] = comment.CreatedAt.Text(),
            ["updated_at"] = comment.CreatedAt.Text(),
            ["html_url"] = html,
            ["pull_request_url"] = PullJson.ApiUrl(issue),
            ["author_association"] = IssueJson.Association(issue.Repository, comment.Author),
            ["_links"] = new JsonObject
            {
                ["self"] = PullJson.Link(api),
                ["html"] = PullJson.Link(html),
                ["pull_request"] = PullJson.Link(PullJson.ApiUrl(issue)),
            },
            ["start_line"] = null,
            ["original_start_line"] = null,
            ["start_side"] = null,
            ["side"] = comment.Side,
            ["subject_type"] = comment.Line is null ? "file" : "line",
        };
        if (comment.Line is { } line)
        {
            json["line"] = line;
            json["original_line"] = line;
        }

        if (comment.InReplyTo is { } first)
        {
            json["in_reply_to_id"] = first;
        }

        return json;
    }
}
