using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class RepositoryJson
{
    private static readonly (string Name, string Tail)[] Links =
    [
        ("archive_url", "/{archive_format}{/ref}"), ("assignees_url", "/assignees{/user}"), ("blobs_url", "/git/blobs{/sha}"),
        ("branches_url", "/branches{/branch}"), ("collaborators_url", "/collaborators{/collaborator}"), ("comments_url", "/comments{/number}"),
        ("commits_url", "/commits{/sha}"), ("compare_url", "/compare/{base}...{head}"), ("contents_url", "/contents/{+path}"),
        ("contributors_url", "/contributors"), ("deployments_url", "/deployments"), ("downloads_url", "/downloads"), ("events_url", "/events"),
        ("forks_url", "/forks"), ("git_commits_url", "/git/commits{/sha}"), ("git_refs_url", "/git/refs{/sha}"), ("git_tags_url", "/git/tags{/sha}"),
        ("hooks_url", "/hooks"), ("issue_comment_url", "/issues/comments{/number}"), ("issue_events_url", "/issues/events{/number}"),
        ("issues_url", "/issues{/number}"), ("keys_url", "/keys{/key_id}"), ("labels_url", "/labels{/name}"), ("languages_url", "/languages"),
        ("merges_url", "/merges"), ("milestones_url", "/milestones{/number}"), ("notifications_url", "/notifications{?since,all,participating}"),
        ("pulls_url", "/pulls{/number}"), ("releases_url", "/releases{/id}"), ("stargazers_url", "/stargazers"), ("statuses_url", "/statuses/{sha}"),
        ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"), ("tags_url", "/tags"), ("teams_url", "/teams"),
        ("trees_url", "/git/trees{/sha}"),
    ];

    /// <summary>What lists and other answers carry of a repository.</summary>
    public static JsonObject Minimal(Repository repository)
    {
        var json = new JsonObject
        {
            ["id"] = repository.Id,
            ["node_id"] = Notation.NodeId("Repository", repository.Id),
            ["name"] = repository.Name,
            ["full_name"] = repository.FullName,
            ["private"] = repository.IsPrivate,
            ["owner"] = AccountJson.Of(repository.Owner),
            ["html_url"] = repository.HtmlUrl,
            ["description"] = repository.Description,
            ["fork"] = false,
            ["url"] = repository.ApiUrl,
        };
        foreach (var (name, tail) in Links)
        {
            json[name] = repository.ApiUrl + tail;
        }

        return json;
    }

    /// <summary>The whole repository, without what depends on who asks.</summary>
    public static JsonObject Of(Repository repository)
    {
        var json = Minimal(repository);
        var open = repository.Issues.Values.Count(issue => issue.IsOpen);
        var host = repository.Owner.At.Server;
        json["created_at"] = repository.CreatedAt.Text();
        json["updated_at"] = repository.UpdatedAt.Text();
        json["pushed_at"] = repository.PushedAt.Text();
        json["git_url"] = $"git://{host.Authority}/{repository.FullName}.git";
        json["ssh_url"] = $"git@{host.Host}:{repository.FullName}.git";
        json["clone_url"] = $"{repository.HtmlUrl}.git";
        json["svn_url"] = repository.HtmlUrl;
        json["homepage"] = null;
        json["size"] = 0;
        json["stargazers_count"] = 0;
        json["watchers_count"] = 0;
        json["language"] = null;
        json["has_issues"] = repository.HasIssues;
        json["has_projects"] = false;
        json["has_downloads"] = false;
        json["has_wiki"] = false;
        json["has_pages"] = false;
        json["has_discussions"] = false;
        json["forks_count"] = 0;
        json["mirror_url"] = null;
        json["archived"] = false;
        json["disabled"] = false;
        json["open_issues_count"] = open;
        json["license"] = null;
        json["allow_forking"] = true;
        json["is_template"] = false;
        json["web_commit_signoff_required"] = false;
        json["topics"] = new JsonArray();
        json["visibility"] = repository.IsPrivate ? "private" : "public";
        json["forks"] = 0;
        json["open_issues"] = open;
        json["watchers"] = 0;
        json["default_branch"] = repository.DefaultBranch;
        return json;
    }

    /// <summary>A repository as <paramref name="reader"/> gets it, with what he may do there.</summary>
    public static JsonObject Of(Repository repository, Account? reader)
    {
        var json = Of(repository);
        if (reader is not null)
        {
            var granted = repository.PermissionOf(reader);
            json["permissions"] = Permissions(granted);
        }

        return json;
    }

    public static JsonObject Permissions(Permission granted) => new()
    {
        ["admin"] = granted >= Permission.Admin,
        ["maintain"] = granted >= Permission.Maintain,
        ["push"] = granted >= Permission.Write,
        ["triage"] = granted >= Permission.Triage,
        ["pull"] = granted >= Permission.Read,
    };

    /// <summary>As <see cref="Of(Repository, Account?)"/>, with what only the single answer carries.</summary>
    public static JsonObject Full(Repository repository, Account? reader)
    {
        var json = Of(repository, reader);
        json["network_count"] = 0;
        json["subscribers_count"] = 0;
        if (repository.PermissionOf(reader) >= Permission.Write)
        {
            json["allow_squash_merge"] = true;
            json["allow_merge_commit"] = true;
            json["allow_rebase_merge"] = false;
            json["allow_auto_merge"] = false;
            json["delete_branch_on_merge"] = false;
            json["allow_update_branch"] = false;
        }

        return json;
    }
}
