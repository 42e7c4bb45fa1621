using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Json;

internal static class CheckJson
{
    public static JsonObject Status(CommitStatus status, Repository repository)
    {
        var json = Brief(status, repository);
        json["creator"] = AccountJson.Of(status.Creator);
        return json;
    }

    /// <summary>The newest status of each context, and the state they make together.</summary>
    public static JsonObject Combined(string sha, Repository repository)
    {
        var latest = repository.Statuses.Where(status => status.Sha == sha).GroupBy(status => status.Context).Select(group => group.Last()).ToArray();
        return new JsonObject
        {
            ["state"] = latest.Any(status => status.State is "failure" or "error") ? "failure"
                : latest.Length == 0 || latest.Any(status => status.State == "pending") ? "pending" : "success",
            ["statuses"] = latest.Select(status => Brief(status, repository)).Listed(),
            ["sha"] = sha,
            ["total_count"] = latest.Length,
            ["repository"] = RepositoryJson.Minimal(repository),
            ["commit_url"] = $"{repository.ApiUrl}/commits/{sha}",
            ["url"] = $"{repository.ApiUrl}/commits/{sha}/status",
        };
    }

    public static JsonObject Run(CheckRun run, Repository repository) => new()
    {
        ["id"] = run.Id,
        ["name"] = run.Name,
        ["node_id"] = Notation.NodeId("CheckRun", run.Id),
        ["head_sha"] = run.HeadSha,
        ["external_id"] = run.ExternalId ?? "",
        ["url"] = $"{repository.ApiUrl}/check-runs/{run.Id}",
        ["html_url"] = $"{repository.HtmlUrl}/runs/{run.Id}",
        ["details_url"] = run.DetailsUrl ?? repository.HtmlUrl,
        ["status"] = run.Status,
        ["conclusion"] = run.Conclusion,
        ["started_at"] = run.StartedAt.Text(),
        ["completed_at"] = run.CompletedAt.Text(),
        ["output"] = new JsonObject
        {
            ["title"] = run.Title,
            ["summary"] = run.Summary,
            ["text"] = run.Text,
            ["annotations_count"] = 0,
            ["annotations_url"] = $"{repository.ApiUrl}/check-runs/{run.Id}/annotations",
        },
        ["check_suite"] = null,
        ["app"] = run.Log is null ? null : Actions(repository),
        ["pull_requests"] = repository.PullRequests.Where(issue => issue.IsOpen && issue.Pull!.HeadSha == run.HeadSha).Select(PullJson.Minimal).Listed(),
    };

    // The App that the jobs of GitHub Actions report as.
    private static JsonObject Actions(Repository repository) => new()
    {
        ["id"] = 15368,
        ["slug"] = "github-actions",
        ["node_id"] = Notation.NodeId("App", 15368),
        ["owner"] = AccountJson.Of(repository.Owner),
        ["name"] = "GitHub Actions",
        ["description"] = "Automate your workflow from idea to production",
        ["external_url"] = "https://help.github.com/en/actions",
        ["html_url"] = $"{repository.Owner.At.Html}/apps/github-actions",
        ["created_at"] = repository.CreatedAt.Text(),
        ["updated_at"] = repository.CreatedAt.Text(),
        ["permissions"] = new JsonObject { ["checks"] = "write", ["metadata"] = "read" },
        ["events"] = new JsonArray(),
    };

    private static JsonObject Brief(CommitStatus status, Repository repository) => new()
    {
        ["url"] = $"{repository.ApiUrl}/statuses/{status.Sha}",
        ["avatar_url"] = $"{status.Creator.At.Html}/_playground/avatars/{status.Creator.Id}.svg",
        ["id"] = status.Id,
        ["node_id"] = Notation.NodeId("StatusContext", status.Id),
        ["state"] = status.State,
        ["description"] = status.Description,
        ["target_url"] = status.TargetUrl,
        ["context"] = status.Context,
        ["created_at"] = status.At.Text(),
        ["updated_at"] = status.At.Text(),
    };
}
