using System.Collections.Immutable;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>The conversation of an issue and its reactions: https://docs.github.com/en/rest/issues/comments.</summary>
internal static class Comments
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/issues/comments", Permission.Read, call => call.Page(Since(call, call.Repository.Comments), IssueJson.Comment));
        routes.Repository("GET", "/issues/{issue_number}/comments", Permission.Read, call => call.Page(Since(call, call.Issue().Comments), IssueJson.Comment));
        routes.Repository("POST", "/issues/{issue_number}/comments", Permission.Read, call =>
            Answer.Created(IssueJson.Comment(call.GitHub.Conversation.Comment(call.Issue(), call.Actor, call.Required("body")))));
        routes.Repository("GET", "/issues/comments/{comment_id}", Permission.Read, call => Answer.Ok(IssueJson.Comment(Find(call)), Find(call).UpdatedAt));
        routes.Repository("PATCH", "/issues/comments/{comment_id}", Permission.Read, call =>
        {
            call.GitHub.Conversation.Edit(Own(call), call.Actor, call.Required("body"));
            return Answer.Ok(IssueJson.Comment(Find(call)));
        });
        routes.Repository("DELETE", "/issues/comments/{comment_id}", Permission.Read, call =>
        {
            call.GitHub.Conversation.Delete(Own(call), call.Actor);
            return Answer.NoContent;
        });
        MapReactions(routes, "/issues/comments/{comment_id}/reactions", call => Find(call).Reactions, (call, all) => Find(call).Reactions = all);
        MapReactions(routes, "/issues/{issue_number}/reactions", call => call.Issue().Reactions, (call, all) => call.Issue().Reactions = all);
    }

    private static void MapReactions(
        ApiRoutes routes, string template, Func<ApiCall, ImmutableList<Reaction>> read, Action<ApiCall, ImmutableList<Reaction>> write)
    {
        routes.Repository("GET", template, Permission.Read, call =>
            call.Page(read(call).Where(reaction => call.Query("content") is not { } content || reaction.Content == content), IssueJson.Reaction));
        routes.Repository("POST", template, Permission.Read, call =>
        {
            var (reaction, isNew, all) = call.GitHub.Conversation.React(read(call), call.Actor, call.Required("content"));
            write(call, all);
            return isNew ? Answer.Created(IssueJson.Reaction(reaction)) : Answer.Ok(IssueJson.Reaction(reaction));
        });
    }

    private static IEnumerable<IssueComment> Since(ApiCall call, IEnumerable<IssueComment> comments) =>
        call.QueryTime("since") is { } since ? comments.Where(comment => comment.UpdatedAt >= since) : comments;

    private static IssueComment Find(ApiCall call)
    {
        var id = call.RouteNumber("comment_id");
        return call.Repository.Comments.Find(comment => comment.Id == id) ?? throw RefusalException.NotFound();
    }

    private static IssueComment Own(ApiCall call)
    {
        var comment = Find(call);
        if (comment.Author != call.Actor)
        {
            call.Need(Permission.Write);
        }

        return comment;
    }
}
