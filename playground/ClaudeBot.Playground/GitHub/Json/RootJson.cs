using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.GitHub.Json;

/// <summary>What <c>GET /</c> answers: where everything is, as URI templates. https://docs.github.com/en/rest/meta/meta#github-api-root</summary>
internal static class RootJson
{
    private static readonly (string Name, string Path)[] Templates =
    [
        ("current_user_url", "/user"), ("authorizations_url", "/authorizations"), ("emails_url", "/user/emails"), ("emojis_url", "/emojis"),
        ("events_url", "/events"), ("feeds_url", "/feeds"), ("followers_url", "/user/followers"), ("following_url", "/user/following{/target}"),
        ("gists_url", "/gists{/gist_id}"), ("public_gists_url", "/gists/public"), ("starred_gists_url", "/gists/starred"), ("issues_url", "/issues"),
        ("keys_url", "/user/keys"), ("notifications_url", "/notifications"), ("organization_url", "/orgs/{org}"),
        ("organization_repositories_url", "/orgs/{org}/repos{?type,page,per_page,sort}"), ("organization_teams_url", "/orgs/{org}/teams"),
        ("rate_limit_url", "/rate_limit"), ("repository_url", "/repos/{owner}/{repo}"), ("current_user_repositories_url", "/user/repos{?type,page,per_page,sort}"),
        ("starred_url", "/user/starred{/owner}{/repo}"), ("user_url", "/users/{user}"), ("user_organizations_url", "/user/orgs"),
        ("user_repositories_url", "/users/{user}/repos{?type,page,per_page,sort}"),
        .. new[] { "code", "commit", "issue", "label", "repository", "user" }.Select(what => ($"{what}_search_url", $"/search/{what}{{?query,page,per_page,sort,order}}")),
    ];

    public static JsonObject Of(string api, string pages)
    {
        var root = new JsonObject { ["current_user_authorizations_html_url"] = pages + "/settings/connections/applications{/client_id}" };
        foreach (var (name, path) in Templates)
            root[name] = api + path;
        return root;
    }
}
