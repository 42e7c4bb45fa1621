using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Reviews and comments on the diff: https://docs.github.com/en/rest/pulls/reviews and …/comments.</summary>
internal static class Reviews
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/pulls/{pull_number}/reviews", Permission.Read, call =>
            call.Page(call.Pull().Pull!.Reviews.Where(review => review.State != "PENDING" || review.Author == call.Reader), review => ReviewJson.Of(review, call.Pull())));
        routes.Repository("POST", "/pulls/{pull_number}/reviews", Permission.Read, ReviewAsync);
        routes.Repository("GET", "/pulls/{pull_number}/reviews/{review_id}", Permission.Read, call => Answer.Ok(ReviewJson.Of(Find(call), call.Pull())));
        routes.Repository("GET", "/pulls/{pull_number}/reviews/{review_id}/comments", Permission.Read, call =>
            call.Page(call.Pull().Pull!.ReviewComments.Where(comment => comment.ReviewId == Find(call).Id), comment => ReviewJson.Comment(comment, call.Pull())));
        routes.Repository("GET", "/pulls/{pull_number}/comments", Permission.Read, call =>
            call.Page(
                call.Pull().Pull!.ReviewComments.Where(comment => call.QueryTime("since") is not { } since || comment.CreatedAt >= since),
                comment => ReviewJson.Comment(comment, call.Pull())));
        routes.Repository("POST", "/pulls/{pull_number}/comments", Permission.Read, CommentAsync);
        routes.Repository("POST", "/pulls/{pull_number}/comments/{comment_id}/replies", Permission.Read, call =>
            Answer.Created(ReviewJson.Comment(call.GitHub.Reviews.Reply(call.Pull(), call.Actor, call.RouteNumber("comment_id"), call.Required("body")), call.Pull())));
        routes.Repository("GET", "/pulls/comments/{comment_id}", Permission.Read, call =>
        {
            var (issue, comment) = FindComment(call);
            return Answer.Ok(ReviewJson.Comment(comment, issue));
        });
        routes.Repository("PATCH", "/pulls/comments/{comment_id}", Permission.Read, call =>
        {
            var (issue, comment) = FindComment(call);
            if (comment.Author != call.Actor && call.Repository.PermissionOf(call.Actor) < Permission.Write)
                throw new RefusalException(403, "Must have admin rights to Repository.");
            return Answer.Ok(ReviewJson.Comment(call.GitHub.Reviews.Edit(issue, comment, call.Required("body")), issue));
        });
    }

    private static (Issue Issue, ReviewComment Comment) FindComment(ApiCall call)
    {
        var id = call.RouteNumber("comment_id");
        var found = call.Repository.PullRequests.SelectMany(issue => issue.Pull!.ReviewComments.Select(comment => (issue, comment)))
            .FirstOrDefault(pair => pair.comment.Id == id);
        return found.issue is null ? throw RefusalException.NotFound() : found;
    }

    private static Review Find(ApiCall call)
    {
        var id = call.RouteNumber("review_id");
        return call.Pull().Pull!.Reviews.Find(review => review.Id == id) ?? throw RefusalException.NotFound();
    }

    private static async Task<Answer> ReviewAsync(ApiCall call)
    {
        var notes = (call.Body["comments"] as JsonArray ?? []).OfType<JsonObject>().Select(note => new LineNote(
            note["path"]?.GetValue<string>() ?? throw RefusalException.Invalid("PullRequestReviewComment", "path", "missing_field"),
            note["line"]?.GetValue<int>() ?? note["position"]?.GetValue<int>(), note["side"]?.GetValue<string>() ?? "RIGHT",
            note["body"]?.GetValue<string>() ?? throw RefusalException.Invalid("PullRequestReviewComment", "body", "missing_field"))).ToArray();
        var review = await call.GitHub.Reviews.ReviewAsync(
            call.Pull(), call.Actor, call.Text("event") ?? "", call.Text("body") ?? "", call.Text("commit_id"), notes, call.Cancelled);
        return Answer.Ok(ReviewJson.Of(review, call.Pull()));
    }

    private static async Task<Answer> CommentAsync(ApiCall call)
    {
        var issue = call.Pull();
        if (call.Number("in_reply_to") is { } parent)
        {
            return Answer.Created(ReviewJson.Comment(call.GitHub.Reviews.Reply(issue, call.Actor, parent, call.Required("body")), issue));
        }

        int? line = call.Text("subject_type") == "file" ? null
            : call.Number("line") ?? call.Number("position") ?? throw RefusalException.Invalid("PullRequestReviewComment", "line", "missing_field");
        var note = new LineNote(call.Required("path"), line, call.Text("side") ?? "RIGHT", call.Required("body"));
        var comment = await call.GitHub.Reviews.NoteAsync(issue, call.Actor, note, call.Required("commit_id"), null, call.Cancelled);
        return Answer.Created(ReviewJson.Comment(comment, issue));
    }
}
