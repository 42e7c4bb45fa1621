using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>What a GitHub App asks as itself, and as an installation: https://docs.github.com/en/rest/apps.</summary>
internal static class AppEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Map("GET", "/app", call => Answer.Ok(AppJson.Of(App(call))));
        routes.Map("GET", "/app/installations", call => call.Page(App(call).Installations, AppJson.Installation));
        routes.Map("GET", "/repos/{owner}/{repo}/installation", call => Answer.Ok(AppJson.Installation(Found(InstallationIn(call)))));
        routes.Map("POST", "/app/installations/{installation_id}/access_tokens", call =>
        {
            var id = call.RouteNumber("installation_id");
            var installation = Found(App(call).Installations.Find(installation => installation.Id == id));
            var (token, expiresAt) = call.GitHub.Apps.Grant(installation);
            return Answer.Created(AppJson.Token(installation, token, expiresAt));
        });
        routes.Map("GET", "/installation/repositories", call =>
        {
            var installation = Caller(call).Installation ?? throw new RefusalException(403, "You must authenticate with an installation access token in order to list repositories for an installation.");
            return call.Page(installation.Repositories, repository => RepositoryJson.Of(repository, call.Reader), (count, page) => new System.Text.Json.Nodes.JsonObject
            {
                ["total_count"] = count,
                ["repository_selection"] = "selected",
                ["repositories"] = page,
            });
        });
        routes.Map("GET", "/app/hook/deliveries", call =>
            call.CursorPage([.. Hook(call).Deliveries.Reverse()], delivery => delivery.Id, delivery => HookJson.Delivery(delivery, Hook(call))));
        routes.Map("GET", "/app/hook/deliveries/{delivery_id}", call => Answer.Ok(HookJson.FullDelivery(Delivery(call), Hook(call))));
        routes.Map("POST", "/app/hook/deliveries/{delivery_id}/attempts", call =>
        {
            call.GitHub.Announcer.Redeliver(Hook(call), Delivery(call));
            return Answer.Accepted();
        });
    }

    private static Caller Caller(ApiCall call) => call.Http.Features.GetRequiredFeature<Caller>();

    private static GitHubApp App(ApiCall call) => Caller(call).App ?? throw new RefusalException(401, "A JSON web token could not be decoded");

    private static Installation? InstallationIn(ApiCall call)
    {
        var app = App(call);
        return call.GitHub.Directory.FindRepository(call.Route("owner"), call.Route("repo")) is { } repository ? app.InstallationIn(repository) : null;
    }

    private static Hook Hook(ApiCall call) => Found(App(call).Hook);

    private static HookDelivery Delivery(ApiCall call)
    {
        var id = call.RouteNumber("delivery_id");
        return Found(Hook(call).Deliveries.Find(delivery => delivery.Id == id));
    }

    private static T Found<T>(T? thing)
        where T : class => thing ?? throw RefusalException.NotFound();
}
