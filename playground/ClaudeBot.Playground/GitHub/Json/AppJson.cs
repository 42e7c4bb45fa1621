using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class AppJson
{
    private static readonly string[] Events = ["issues", "issue_comment", "pull_request"];

    public static JsonObject Of(GitHubApp app) => new()
    {
        ["id"] = app.Id,
        ["slug"] = app.Slug,
        ["node_id"] = Notation.NodeId("Integration", app.Id),
        ["owner"] = AccountJson.Of(app.Owner),
        ["name"] = app.Slug,
        ["description"] = null,
        ["external_url"] = "https://example.test/",
        ["html_url"] = $"{app.Account.At.Html}/apps/{app.Slug}",
        ["created_at"] = app.CreatedAt.Text(),
        ["updated_at"] = app.CreatedAt.Text(),
        ["permissions"] = Permissions(app),
        ["events"] = Heard(),
        ["installations_count"] = app.Installations.Count,
    };

    public static JsonObject Installation(Installation installation)
    {
        var (app, at) = (installation.App, installation.Account.At);
        return new JsonObject
        {
            ["id"] = installation.Id,
            ["account"] = AccountJson.Of(installation.Account),
            ["repository_selection"] = "selected",
            ["access_tokens_url"] = $"{at.Api}/app/installations/{installation.Id}/access_tokens",
            ["repositories_url"] = $"{at.Api}/installation/repositories",
            ["html_url"] = $"{at.Html}/settings/installations/{installation.Id}",
            ["app_id"] = app.Id,
            ["app_slug"] = app.Slug,
            ["target_id"] = installation.Account.Id,
            ["target_type"] = installation.Account.Type,
            ["permissions"] = Permissions(app),
            ["events"] = Heard(),
            ["created_at"] = installation.CreatedAt.Text(),
            ["updated_at"] = installation.CreatedAt.Text(),
            ["single_file_name"] = null,
            ["has_multiple_single_files"] = false,
            ["single_file_paths"] = new JsonArray(),
            ["suspended_by"] = null,
            ["suspended_at"] = null,
        };
    }

    public static JsonObject Token(Installation installation, string token, DateTimeOffset expiresAt) => new()
    {
        ["token"] = token,
        ["expires_at"] = expiresAt.Text(),
        ["permissions"] = Permissions(installation.App),
        ["repository_selection"] = "selected",
    };

    private static JsonObject Permissions(GitHubApp app) => new(app.Permissions.Select(granted => KeyValuePair.Create(granted.Key, (JsonNode?)granted.Value)));

    private static JsonArray Heard() => Events.Select(name => (JsonNode)name).Listed();
}
