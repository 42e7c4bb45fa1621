using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>
/// An <c>issues</c> delivery, action <c>labeled</c>, in the shape and size GitHub sends (about 12 KB). The label is one
/// that asks for nothing, as most are.
/// </summary>
internal static class Payload
{
    private const string Api = "https://api.github.com";
    private const string Web = "https://github.com";

    public static byte[] Create()
    {
        var label = Label(7, "documentation", "Improvements or additions to documentation");
        var payload = new JsonObject
        {
            ["action"] = "labeled",
            ["issue"] = Issue(),
            ["label"] = label,
            ["repository"] = Repository(),
            ["sender"] = Account("ann", 1001, "User"),
            ["installation"] = new JsonObject { ["id"] = 4242, ["node_id"] = "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNDI0Mg==" },
        };
        return Encoding.UTF8.GetBytes(payload.ToJsonString(new JsonSerializerOptions()));
    }

    private static JsonObject Issue()
    {
        const string url = $"{Api}/repos/acme/shop/issues/42";
        return new JsonObject
        {
            ["url"] = url,
            ["repository_url"] = $"{Api}/repos/acme/shop",
            ["labels_url"] = url + "/labels{/name}",
            ["comments_url"] = $"{url}/comments",
            ["events_url"] = $"{url}/events",
            ["html_url"] = $"{Web}/acme/shop/issues/42",
            ["id"] = 2_000_000_042L,
            ["node_id"] = "I_kwDOAAAAAc4AAAAq",
            ["number"] = 42,
            ["title"] = "The export drops the last line of files without a final line end",
            ["user"] = Account("ann", 1001, "User"),
            ["labels"] = new JsonArray(
                Label(5, "bug", "Something isn't working"),
                Label(6, "area: export", "The export and its formats"),
                Label(7, "documentation", "Improvements or additions to documentation")),
            ["state"] = "open",
            ["locked"] = false,
            ["assignee"] = Account("ben", 1002, "User"),
            ["assignees"] = new JsonArray(Account("ben", 1002, "User")),
            ["milestone"] = null,
            ["comments"] = 3,
            ["created_at"] = "2026-05-04T09:12:44Z",
            ["updated_at"] = "2026-05-04T10:01:03Z",
            ["closed_at"] = null,
            ["author_association"] = "MEMBER",
            ["active_lock_reason"] = null,
            ["body"] = Text(),
            ["reactions"] = Reactions($"{url}/reactions"),
            ["timeline_url"] = $"{url}/timeline",
            ["performed_via_github_app"] = null,
            ["state_reason"] = null,
        };
    }

    private static JsonObject Reactions(string url)
    {
        var reactions = new JsonObject { ["url"] = url, ["total_count"] = 0 };
        foreach (var name in (string[])["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"])
            reactions[name] = 0;
        return reactions;
    }

    private static JsonObject Label(int id, string name, string description) => new()
    {
        ["id"] = id,
        ["node_id"] = $"LA_kwDOAAAAAc8AAAAB{id}",
        ["url"] = $"{Api}/repos/acme/shop/labels/{Uri.EscapeDataString(name)}",
        ["name"] = name,
        ["color"] = "0075ca",
        ["default"] = id < 6,
        ["description"] = description,
    };

    private static JsonObject Account(string login, int id, string type)
    {
        var account = new JsonObject
        {
            ["login"] = login,
            ["id"] = id,
            ["node_id"] = $"U_kgDOAA{id}",
            ["avatar_url"] = $"https://avatars.githubusercontent.com/u/{id}?v=4",
            ["gravatar_id"] = "",
            ["url"] = $"{Api}/users/{login}",
            ["html_url"] = $"{Web}/{login}",
        };
        foreach (var list in (string[])["followers", "following{/other_user}", "gists{/gist_id}", "starred{/owner}{/repo}", "subscriptions", "orgs", "repos", "events{/privacy}", "received_events"])
            account[$"{list.Split('{')[0]}_url"] = $"{Api}/users/{login}/{list}";
        account["type"] = type;
        account["site_admin"] = false;
        return account;
    }

    private static JsonObject Repository()
    {
        const string url = $"{Api}/repos/acme/shop";
        var repository = new JsonObject
        {
            ["id"] = 700_001,
            ["node_id"] = "R_kgDOAArOQQ",
            ["name"] = "shop",
            ["full_name"] = "acme/shop",
            ["private"] = true,
            ["owner"] = Account("acme", 900, "Organization"),
            ["html_url"] = $"{Web}/acme/shop",
            ["description"] = "The shop: catalogue, basket, orders and the export to the books.",
            ["fork"] = false,
            ["url"] = url,
        };
        foreach (var part in (string[])["forks", "keys{/key_id}", "collaborators{/collaborator}", "teams", "hooks", "issue_events{/number}", "events", "assignees{/user}", "branches{/branch}", "tags", "git_blobs{/sha}", "git_tags{/sha}", "git_refs{/sha}", "trees{/sha}", "statuses{/sha}", "languages", "stargazers", "contributors", "subscribers", "subscription", "commits{/sha}", "git_commits{/sha}", "comments{/number}", "issue_comment{/number}", "contents/{+path}", "compare/{base}...{head}", "merges", "archive{/format}{/ref}", "downloads", "issues{/number}", "pulls{/number}", "milestones{/number}", "notifications{?since,all,participating}", "labels{/name}", "releases{/id}", "deployments"])
            repository[$"{part.Split('{', '/')[0]}_url"] = $"{url}/{part}";
        foreach (var stamp in (string[])["created_at", "updated_at", "pushed_at"])
            repository[stamp] = "2026-05-04T10:01:03Z";
        foreach (var flag in (string[])["has_issues", "has_projects", "has_downloads", "has_wiki", "has_pages", "has_discussions", "archived", "disabled", "allow_forking", "is_template", "web_commit_signoff_required"])
            repository[flag] = flag == "has_issues";
        repository["size"] = 20_480;
        repository["stargazers_count"] = 12;
        repository["language"] = "C#";
        repository["topics"] = new JsonArray("shop", "orders", "export");
        repository["visibility"] = "private";
        repository["default_branch"] = "main";
        return repository;
    }

    private static string Text() =>
        "### What happens\n\nThe export writes every line but the last one when the file has no final line end.\n\n### What should happen\n\nThe last line is exported too.\n\n### Steps\n\n"
        + string.Concat(Enumerable.Range(1, 14).Select(n => $"{n}. Put \"line {n}\" into `orders-{n}.csv`, without a line end, run the export and look at the result.\n"))
        + "\n```\nExport.cs:118 ReadLines: 14 of 15 lines\n```\n";
}
