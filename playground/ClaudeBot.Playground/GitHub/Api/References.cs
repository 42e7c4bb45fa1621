using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Branches and tags as git references: https://docs.github.com/en/rest/git/refs.</summary>
internal static class References
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/git/ref/{**ref}", Permission.Read, async call =>
            await ViewAsync(call, call.Repository.References.ContainsKey(Name(call)) ? Name(call) : throw RefusalException.NotFound()));
        routes.Repository("GET", "/git/matching-refs/{**ref}", Permission.Read, async call =>
        {
            var views = new List<JsonObject>();
            foreach (var name in call.Repository.References.Keys.Where(name => name.StartsWith(Name(call), StringComparison.Ordinal)))
            {
                views.Add(await JsonAsync(call, name));
            }

            return Answer.Ok(views.Listed());
        });
        routes.Repository("POST", "/git/refs", Permission.Write, CreateAsync);
        routes.Repository("PATCH", "/git/refs/{**ref}", Permission.Write, UpdateAsync);
        routes.Repository("DELETE", "/git/refs/{**ref}", Permission.Write, DeleteAsync);
    }

    private static string Name(ApiCall call) => $"refs/{call.Route("ref")}";

    private static async Task<Answer> ViewAsync(ApiCall call, string name) => Answer.Ok(await JsonAsync(call, name));

    private static async Task<JsonObject> JsonAsync(ApiCall call, string name)
    {
        var sha = call.Repository.References[name];
        var type = await call.Repository.Git.TypeOfAsync(sha, call.Cancelled) ?? "commit";
        return new JsonObject
        {
            ["ref"] = name,
            ["node_id"] = Notation.NodeId("Ref", $"{call.Repository.Id}:{name}"),
            ["url"] = $"{call.Repository.ApiUrl}/git/{CommitJson.EscapePath(name)}",
            ["object"] = new JsonObject { ["sha"] = sha, ["type"] = type, ["url"] = $"{call.Repository.ApiUrl}/git/{type}s/{sha}" },
        };
    }

    private static async Task<Answer> CreateAsync(ApiCall call)
    {
        var (name, sha) = (call.Required("ref"), call.Required("sha"));
        if (!name.StartsWith("refs/heads/", StringComparison.Ordinal) && !name.StartsWith("refs/tags/", StringComparison.Ordinal))
        {
            throw new RefusalException(422, "Reference name must start with 'refs/' and contain at least two slashes.");
        }

        if (call.Repository.References.ContainsKey(name))
        {
            throw new RefusalException(422, "Reference already exists");
        }

        await CheckObjectAsync(call, sha);
        if (!await call.Repository.Git.MoveAsync(name, null, sha, call.Cancelled))
        {
            throw new RefusalException(422, $"{name} is not a valid ref name.");
        }

        await call.GitHub.Branches.NoticeAsync(call.Repository, call.Actor, call.Cancelled);
        return Answer.Created(await JsonAsync(call, name));
    }

    private static async Task<Answer> UpdateAsync(ApiCall call)
    {
        var (name, sha) = (Name(call), call.Required("sha"));
        var old = call.Repository.References.GetValueOrDefault(name) ?? throw new RefusalException(422, "Reference does not exist");
        await CheckObjectAsync(call, sha);
        if (call.Flag("force") is not true && !await call.Repository.Git.IsAncestorAsync(old, sha, call.Cancelled))
        {
            throw new RefusalException(422, "Update is not a fast forward");
        }

        await MoveAsync(call, name, old, sha);
        return await ViewAsync(call, name);
    }

    private static async Task<Answer> DeleteAsync(ApiCall call)
    {
        var name = Name(call);
        var old = call.Repository.References.GetValueOrDefault(name) ?? throw new RefusalException(422, "Reference does not exist");
        if (name == $"refs/heads/{call.Repository.DefaultBranch}")
        {
            throw new RefusalException(422, "Cannot delete the default branch");
        }

        await MoveAsync(call, name, old, null);
        return Answer.NoContent;
    }

    private static async Task MoveAsync(ApiCall call, string name, string old, string? sha)
    {
        if (!await call.Repository.Git.MoveAsync(name, old, sha, call.Cancelled))
        {
            throw new RefusalException(409, "Reference cannot be updated");
        }

        await call.GitHub.Branches.NoticeAsync(call.Repository, call.Actor, call.Cancelled);
    }

    private static async Task CheckObjectAsync(ApiCall call, string sha)
    {
        if (sha.Length != 40 || !sha.All(char.IsAsciiHexDigit) || await call.Repository.Git.TypeOfAsync(sha, call.Cancelled) is null)
        {
            throw new RefusalException(422, "Object does not exist");
        }
    }
}
