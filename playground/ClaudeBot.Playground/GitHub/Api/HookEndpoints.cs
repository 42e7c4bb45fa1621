using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Webhooks of a repository and their deliveries: https://docs.github.com/en/rest/repos/webhooks.</summary>
internal static class HookEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        Add(routes, "GET", "/hooks", call => call.Page(call.Repository.Hooks, HookJson.Of));
        Add(routes, "POST", "/hooks", Create);
        Add(routes, "GET", "/hooks/{hook_id}", call => Answer.Ok(HookJson.Of(Find(call))));
        Add(routes, "DELETE", "/hooks/{hook_id}", call =>
        {
            call.Repository.Hooks = call.Repository.Hooks.Remove(Find(call));
            return Answer.NoContent;
        });
        Add(routes, "POST", "/hooks/{hook_id}/pings", call =>
        {
            call.GitHub.Announcer.Ping(Find(call), call.Repository, call.Actor);
            return Answer.NoContent;
        });
        Add(routes, "GET", "/hooks/{hook_id}/deliveries", call =>
            call.CursorPage([.. Find(call).Deliveries.Reverse()], delivery => delivery.Id, delivery => HookJson.Delivery(delivery, Find(call))));
        Add(routes, "GET", "/hooks/{hook_id}/deliveries/{delivery_id}", call => Answer.Ok(HookJson.FullDelivery(Delivery(call), Find(call))));
        Add(routes, "POST", "/hooks/{hook_id}/deliveries/{delivery_id}/attempts", call =>
        {
            call.GitHub.Announcer.Redeliver(Find(call), Delivery(call));
            return Answer.Accepted();
        });
    }

    // Who is no administrator is not even told that there are hooks.
    private static void Add(ApiRoutes routes, string method, string tail, Func<ApiCall, Answer> handler) =>
        routes.Repository(method, tail, Permission.Read, call => call.Permission < Permission.Admin ? throw RefusalException.NotFound() : handler(call));

    private static Answer Create(ApiCall call)
    {
        var config = call.Body["config"] as JsonObject;
        if (config?["url"]?.GetValue<string>() is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw RefusalException.Invalid("Hook", "url", "missing_field");
        }

        if (call.Repository.Hooks.Exists(hook => hook.Url == url))
        {
            throw new RefusalException(422, "Validation Failed", new JsonObject { ["resource"] = "Hook", ["code"] = "custom", ["message"] = "Hook already exists on this repository" });
        }

        var hook = call.GitHub.AddHook(call.Repository, call.Actor, url, config["secret"]?.GetValue<string>(), call.Names("events") ?? ["push"]);
        hook.IsActive = call.Flag("active") ?? true;
        return Answer.Created(HookJson.Of(hook));
    }

    private static Hook Find(ApiCall call)
    {
        var id = call.RouteNumber("hook_id");
        return call.Repository.Hooks.Find(hook => hook.Id == id) ?? throw RefusalException.NotFound();
    }

    private static HookDelivery Delivery(ApiCall call)
    {
        var id = call.RouteNumber("delivery_id");
        return Find(call).Deliveries.Find(delivery => delivery.Id == id) ?? throw RefusalException.NotFound();
    }
}
