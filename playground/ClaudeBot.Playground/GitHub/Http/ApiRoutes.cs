using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Http;

internal delegate Task<Answer> ApiHandler(ApiCall call);

/// <summary>Marks an endpoint with the path of GitHub's OpenAPI description that it answers.</summary>
internal sealed record ApiRoute(string Template);

/// <summary>Maps endpoints of the REST API: finds the repository, checks the permission, holds the gate while something changes.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes, LocalGitHub gitHub)
{
    public void Map(string method, string template, Func<ApiCall, Answer> handler) =>
        Map(method, template, call => Task.FromResult(handler(call)));

    public void Map(string method, string template, ApiHandler handler) =>
        Add(method, template, async context =>
        {
            var body = await ReadAsync(context);
            var answer = await handler(new ApiCall(context, gitHub, null, body));
            await answer.WriteAsync(context);
        });

    public void Repository(string method, string tail, Permission needed, Func<ApiCall, Answer> handler) =>
        Repository(method, tail, needed, call => Task.FromResult(handler(call)));

    /// <summary>Maps <paramref name="tail"/> below <c>/repos/{owner}/{repo}</c> for who has <paramref name="needed"/>.</summary>
    public void Repository(string method, string tail, Permission needed, ApiHandler handler) =>
        Add(method, "/repos/{owner}/{repo}" + tail, async context =>
        {
            var (owner, name) = ((string)context.GetRouteValue("owner")!, (string)context.GetRouteValue("repo")!);
            var caller = context.Features.GetRequiredFeature<Caller>();
            var repository = gitHub.Directory.FindRepository(owner, name);
            if (repository is null || !caller.Reaches(repository) || repository.PermissionOf(caller.Account) < Permission.Read)
            {
                throw RefusalException.NotFound();
            }

            var body = await ReadAsync(context);
            var call = new ApiCall(context, gitHub, repository, body);
            if (needed > Permission.Read || !HttpMethods.IsGet(method))
            {
                _ = call.Actor;
            }

            call.Need(needed);
            await AnswerAsync(call, HttpMethods.IsGet(method), handler);
        });

    private async Task AnswerAsync(ApiCall call, bool isRead, ApiHandler handler)
    {
        if (isRead)
        {
            await (await handler(call)).WriteAsync(call.Http);
            return;
        }

        Answer answer;
        using (await call.Repository.EnterAsync(call.Cancelled))
        {
            answer = await handler(call);
            gitHub.Changes.Raise();
        }

        await answer.WriteAsync(call.Http);
    }

    private void Add(string method, string template, RequestDelegate handler) =>
        routes.MapMethods(Addresses.ApiPath + template, [method], async context =>
        {
            try
            {
                await handler(context);
            }
            catch (RefusalException refusal)
            {
                await Answer.From(refusal).WriteAsync(context);
            }
        }).WithMetadata(new ApiRoute(template.Replace("{**", "{", StringComparison.Ordinal)));

    private static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        if (context.Request.Body.Length == 0)
        {
            return [];
        }

        try
        {
            var node = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);

            // Some endpoints take a bare list; it is kept under an empty name.
            return node as JsonObject ?? new JsonObject { [""] = node };
        }
        catch (JsonException)
        {
            throw new RefusalException(400, "Problems parsing JSON");
        }
    }
}
