using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>The repository itself, its branches, and who may do what.</summary>
internal static class RepositoryEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "", Permission.Read, call => Answer.Ok(RepositoryJson.Full(call.Repository, call.Reader), call.Repository.UpdatedAt));
        routes.Repository("GET", "/branches", Permission.Read, call => call.Page(Branches(call.Repository), branch => Short(branch, call.Repository)));
        routes.Repository("GET", "/branches/{**branch}", Permission.Read, OneBranchAsync);
        routes.Repository("GET", "/assignees", Permission.Read, call => call.Page(Assignable(call), AccountJson.Of));
        routes.Repository("GET", "/assignees/{assignee}", Permission.Read, call =>
            Assignable(call).Any(account => account.Login.Equals(call.Route("assignee"), StringComparison.OrdinalIgnoreCase)) ? Answer.NoContent : throw RefusalException.NotFound());
        routes.Repository("GET", "/collaborators", Permission.Write, call => call.Page(Collaborators(call), account => Collaborator(account, call.Repository)));
        routes.Repository("GET", "/collaborators/{username}/permission", Permission.Write, PermissionOf);
    }

    public static (string Legacy, string Role) Names(Permission permission) => permission switch
    {
        Permission.None => ("none", ""),
        Permission.Read => ("read", "read"),
        Permission.Triage => ("read", "triage"),
        Permission.Write => ("write", "write"),
        Permission.Maintain => ("write", "maintain"),
        _ => ("admin", "admin"),
    };

    private static IEnumerable<Account> Collaborators(ApiCall call) =>
        call.Repository.Permissions.Where(granted => granted.Value > Permission.None).OrderBy(granted => granted.Key)
            .Select(granted => call.GitHub.Directory.FindAccount(granted.Key)).OfType<Account>();

    private static IEnumerable<Account> Assignable(ApiCall call) =>
        Collaborators(call).Where(account => call.Repository.PermissionOf(account) >= Permission.Triage);

    private static Answer PermissionOf(ApiCall call)
    {
        var account = call.GitHub.Directory.FindAccount(call.Route("username")) ?? throw RefusalException.NotFound();
        var (legacy, role) = Names(call.Repository.PermissionOf(account));
        return Answer.Ok(new JsonObject { ["permission"] = legacy, ["user"] = Collaborator(account, call.Repository), ["role_name"] = role });
    }

    private static JsonObject Collaborator(Account account, Repository repository)
    {
        var json = AccountJson.Of(account);
        var granted = repository.PermissionOf(account);
        json["permissions"] = RepositoryJson.Permissions(granted);
        json["role_name"] = Names(granted).Role;
        return json;
    }

    private static IEnumerable<string> Branches(Repository repository) =>
        repository.References.Keys.Where(name => name.StartsWith("refs/heads/", StringComparison.Ordinal)).Select(name => name["refs/heads/".Length..]);

    private static JsonObject Short(string branch, Repository repository)
    {
        var sha = repository.Branch(branch);
        return new JsonObject
        {
            ["name"] = branch,
            ["commit"] = new JsonObject { ["sha"] = sha, ["url"] = $"{repository.ApiUrl}/commits/{sha}" },
            ["protected"] = false,
        };
    }

    private static async Task<Answer> OneBranchAsync(ApiCall call)
    {
        var (repository, branch) = (call.Repository, call.Route("branch"));
        var sha = repository.Branch(branch) ?? throw new RefusalException(404, "Branch not found");
        var commit = await repository.Git.CommitAsync(sha, call.Cancelled);
        var self = $"{repository.ApiUrl}/branches/{Uri.EscapeDataString(branch)}";
        return Answer.Ok(new JsonObject
        {
            ["name"] = branch,
            ["commit"] = CommitJson.Of(commit, repository, call.GitHub.Directory),
            ["_links"] = new JsonObject { ["self"] = self, ["html"] = $"{repository.HtmlUrl}/tree/{CommitJson.EscapePath(branch)}" },
            ["protected"] = false,
            ["protection"] = new JsonObject
            {
                ["enabled"] = false,
                ["required_status_checks"] = new JsonObject { ["enforcement_level"] = "off", ["contexts"] = new JsonArray(), ["checks"] = new JsonArray() },
            },
            ["protection_url"] = $"{self}/protection",
        });
    }
}
