using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class AccountJson
{
    public static JsonObject Of(Account account)
    {
        var api = $"{account.At.Api}/users/{Uri.EscapeDataString(account.Login)}";
        return new JsonObject
        {
            ["login"] = account.Login,
            ["id"] = account.Id,
            ["node_id"] = Notation.NodeId("User", account.Id),
            ["avatar_url"] = $"{account.At.Html}/_playground/avatars/{account.Id}.svg",
            ["gravatar_id"] = "",
            ["url"] = api,
            ["html_url"] = $"{account.At.Html}/{Uri.EscapeDataString(account.Login)}",
            ["followers_url"] = $"{api}/followers",
            ["following_url"] = $"{api}/following{{/other_user}}",
            ["gists_url"] = $"{api}/gists{{/gist_id}}",
            ["starred_url"] = $"{api}/starred{{/owner}}{{/repo}}",
            ["subscriptions_url"] = $"{api}/subscriptions",
            ["organizations_url"] = $"{api}/orgs",
            ["repos_url"] = $"{api}/repos",
            ["events_url"] = $"{api}/events{{/privacy}}",
            ["received_events_url"] = $"{api}/received_events",
            ["type"] = account.Type,
            ["site_admin"] = false,
        };
    }

    public static JsonNode? OfNullable(Account? account) => account is null ? null : Of(account);

    public static JsonObject Full(Account account, int publicRepositories)
    {
        var json = Of(account);
        foreach (var name in (string[])["name", "company", "location", "email", "hireable", "bio", "twitter_username"])
        {
            json[name] = null;
        }

        json["name"] = account.Login;
        json["blog"] = "";
        json["public_repos"] = publicRepositories;
        json["public_gists"] = 0;
        json["followers"] = 0;
        json["following"] = 0;
        json["created_at"] = account.CreatedAt.Text();
        json["updated_at"] = account.CreatedAt.Text();
        return json;
    }

    public static JsonObject Private(Account account, int publicRepositories, int privateRepositories)
    {
        var json = Full(account, publicRepositories);
        json["private_gists"] = 0;
        json["total_private_repos"] = privateRepositories;
        json["owned_private_repos"] = privateRepositories;
        json["disk_usage"] = 0;
        json["collaborators"] = 0;
        json["two_factor_authentication"] = false;
        return json;
    }
}
