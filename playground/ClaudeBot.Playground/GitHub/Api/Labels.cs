using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>The labels of a repository and of an issue: https://docs.github.com/en/rest/issues/labels.</summary>
internal static class Labels
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/labels", Permission.Read, call => call.Page(call.Repository.Labels, label => IssueJson.Label(label, call.Repository)));
        routes.Repository("GET", "/labels/{name}", Permission.Read, call =>
            Answer.Ok(IssueJson.Label(Labelling.Find(call.Repository, call.Route("name")) ?? throw RefusalException.NotFound(), call.Repository)));
        routes.Repository("POST", "/labels", Permission.Write, call =>
        {
            var label = call.GitHub.Labelling.Create(call.Repository, call.Required("name"), call.Text("color"), call.Text("description"));
            return Answer.Created(IssueJson.Label(label, call.Repository));
        });
        routes.Repository("GET", "/issues/{issue_number}/labels", Permission.Read, call =>
            call.Page(call.Issue().Labels, label => IssueJson.Label(label, call.Repository)));
        routes.Repository("POST", "/issues/{issue_number}/labels", Permission.Triage, call =>
        {
            call.GitHub.Labelling.Add(call.Issue(), call.Actor, Names(call));
            return All(call);
        });
        routes.Repository("PUT", "/issues/{issue_number}/labels", Permission.Triage, call =>
        {
            call.GitHub.Labelling.Set(call.Issue(), call.Actor, Names(call));
            return All(call);
        });
        routes.Repository("DELETE", "/issues/{issue_number}/labels", Permission.Triage, call =>
        {
            call.GitHub.Labelling.Set(call.Issue(), call.Actor, []);
            return Answer.NoContent;
        });
        routes.Repository("DELETE", "/issues/{issue_number}/labels/{name}", Permission.Triage, call =>
        {
            call.GitHub.Labelling.Remove(call.Issue(), call.Actor, call.Route("name"));
            return All(call);
        });
    }

    private static Answer All(ApiCall call) => Answer.Ok(call.Issue().Labels.Select(label => IssueJson.Label(label, call.Repository)).Listed());

    // The list may come bare or as "labels", of names or of objects with a name.
    private static IReadOnlyList<string> Names(ApiCall call) =>
        ApiCall.NamesOf(call.Body["labels"] ?? call.Body[""] ?? new JsonArray());
}
