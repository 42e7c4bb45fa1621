using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Who am I, who is that, how much may I ask, who are you.</summary>
internal sealed class Users(RateLimits limits)
{
    public void Map(ApiRoutes routes)
    {
        routes.Map("GET", "/", call => Answer.Ok(RootJson.Of(call.GitHub.Directory.At.Api, call.GitHub.Directory.At.Html)));
        routes.Map("GET", "/user", call =>
        {
            if (call.Http.Features.GetRequiredFeature<Caller>().Installation is not null)
            {
                throw new RefusalException(403, "Resource not accessible by integration");
            }

            var mine = call.GitHub.Repositories.Where(repository => repository.Owner == call.Actor).ToLookup(repository => repository.IsPrivate);
            return Answer.Ok(AccountJson.Private(call.Actor, mine[false].Count(), mine[true].Count()));
        });
        routes.Map("GET", "/users/{username}", call =>
        {
            var account = Find(call);
            return Answer.Ok(AccountJson.Full(account, call.GitHub.Repositories.Count(repository => repository.Owner == account && !repository.IsPrivate)));
        });
        routes.Map("GET", "/users/{username}/repos", call =>
        {
            var account = Find(call);
            return call.Page(
                call.GitHub.Repositories.Where(repository => repository.Owner == account && !repository.IsPrivate),
                repository => RepositoryJson.Of(repository, call.Reader));
        });
        routes.Map("GET", "/user/repos", call => call.Page(
            call.GitHub.Repositories.Where(repository => repository.Permissions.GetValueOrDefault(call.Actor.Id) > Permission.None),
            repository => RepositoryJson.Of(repository, call.Reader)));
        routes.Map("GET", "/rate_limit", call =>
        {
            var key = call.Http.Features.GetRequiredFeature<Caller>().Key;
            return Answer.Ok(new JsonObject
            {
                ["resources"] = new JsonObject { ["core"] = limits.Describe(key), ["search"] = limits.Describe(key), ["graphql"] = limits.Describe(key) },
                ["rate"] = limits.Describe(key),
            });
        });
        routes.Map("GET", "/meta", _ => Answer.Ok(new JsonObject
        {
            ["verifiable_password_authentication"] = true,
            ["installed_version"] = "3.19.0",
        }));
    }

    private static Account Find(ApiCall call) => call.GitHub.Directory.FindAccount(call.Route("username")) ?? throw RefusalException.NotFound();
}
