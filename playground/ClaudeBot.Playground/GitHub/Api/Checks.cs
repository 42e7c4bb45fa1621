using System.Globalization;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Commit statuses and check runs: https://docs.github.com/en/rest/commits/statuses and …/checks/runs.</summary>
internal static class Checks
{
    /// <summary>Where the logs of jobs lie, outside the API, for whoever was sent there.</summary>
    private const string LogPath = "/_playground/logs";

    /// <summary>Serves the logs, which no credential protects: as on GitHub, the address itself is the secret there.</summary>
    public static void MapLogs(IEndpointRouteBuilder endpoints, LocalGitHub gitHub) => endpoints.MapGet(
        LogPath + "/{owner}/{name}/{id:long}",
        (string owner, string name, long id) => gitHub.Directory.FindRepository(owner, name)?.CheckRuns.Find(run => run.Id == id) is { Log: { } log }
            ? Results.Text(log)
            : Results.NotFound());

    public static void Map(ApiRoutes routes)
    {
        routes.Repository("POST", "/statuses/{sha}", Permission.Write, CreateStatusAsync);
        routes.Repository("GET", "/commits/{ref}/statuses", Permission.Read, async call =>
        {
            var sha = await Commits.ResolveAsync(call, call.Route("ref"));
            return call.Page(call.Repository.Statuses.Where(status => status.Sha == sha).Reverse(), status => CheckJson.Status(status, call.Repository));
        });
        routes.Repository("GET", "/commits/{ref}/status", Permission.Read, async call =>
            Answer.Ok(CheckJson.Combined(await Commits.ResolveAsync(call, call.Route("ref")), call.Repository)));
        routes.Repository("POST", "/check-runs", Permission.Write, CreateRunAsync);
        routes.Repository("GET", "/check-runs/{check_run_id}", Permission.Read, call =>
        {
            var id = call.RouteNumber("check_run_id");
            return Answer.Ok(CheckJson.Run(call.Repository.CheckRuns.Find(run => run.Id == id) ?? throw RefusalException.NotFound(), call.Repository));
        });
        routes.Repository("POST", "/check-runs/{check_run_id}/rerequest", Permission.Write, call => Rerun(call, "check_run_id"));
        routes.Repository("POST", "/actions/jobs/{job_id}/rerun", Permission.Write, call => Rerun(call, "job_id"));
        routes.Repository("GET", "/actions/jobs/{job_id}/logs", Permission.Read, call =>
        {
            var id = call.RouteNumber("job_id");
            return call.Repository.CheckRuns.Find(run => run.Id == id) is { Log: not null } job
                ? Answer.Redirect($"{call.Repository.Owner.At.Html}{LogPath}/{call.Repository.FullName}/{job.Id}")
                : throw RefusalException.NotFound();
        });
        routes.Repository("GET", "/commits/{ref}/check-runs", Permission.Read, async call =>
        {
            var sha = await Commits.ResolveAsync(call, call.Route("ref"));
            var (name, status) = (call.Query("check_name"), call.Query("status"));
            var runs = call.Repository.CheckRuns
                .Where(run => run.HeadSha == sha && (name is null || run.Name == name) && (status is null || run.Status == status)).Reverse();
            return call.Page(runs, run => CheckJson.Run(run, call.Repository),
                (count, page) => new JsonObject { ["total_count"] = count, ["check_runs"] = page });
        });
    }

    private static Answer Rerun(ApiCall call, string parameter)
    {
        var id = call.RouteNumber(parameter);
        var run = call.Repository.CheckRuns.Find(run => run.Id == id) ?? throw RefusalException.NotFound();
        if (run.Status != "completed")
        {
            throw new RefusalException(422, "This check run is not rerequestable");
        }

        call.GitHub.Reviews.Rerun(call.Repository, call.Actor, run);
        return Answer.Created(new JsonObject());
    }

    private static async Task<Answer> CreateStatusAsync(ApiCall call)
    {
        var state = call.Required("state");
        if (state is not ("error" or "failure" or "pending" or "success"))
        {
            throw RefusalException.Invalid("Status", "state", "invalid");
        }

        var sha = await Commits.ResolveAsync(call, call.Route("sha"));
        var status = new CommitStatus(
            call.GitHub.Directory.NextId(), sha, call.Text("context") ?? "default", state, call.Text("description"), call.Text("target_url"),
            call.Actor, call.GitHub.Directory.Now);
        call.Repository.Statuses = call.Repository.Statuses.Add(status);
        var commit = await call.Repository.Git.CommitAsync(sha, call.Cancelled);
        call.GitHub.Announcer.Status(status, CommitJson.Of(commit, call.Repository, call.GitHub.Directory), call.Repository);
        return Answer.Created(CheckJson.Status(status, call.Repository));
    }

    private static async Task<Answer> CreateRunAsync(ApiCall call)
    {
        var conclusion = call.Text("conclusion");
        var status = conclusion is null ? call.Text("status") ?? "queued" : "completed";
        if (status == "completed" && conclusion is null)
        {
            throw RefusalException.Invalid("CheckRun", "conclusion", "missing_field");
        }

        var output = call.Body["output"] as JsonObject;
        var now = call.GitHub.Directory.Now;
        var run = new CheckRun(
            call.GitHub.Directory.NextId(), await Commits.ResolveAsync(call, call.Required("head_sha")), call.Required("name"), status, conclusion,
            output?["title"]?.GetValue<string>(), output?["summary"]?.GetValue<string>(), output?["text"]?.GetValue<string>(),
            call.Text("details_url"), call.Text("external_id"), Time(call.Text("started_at")) ?? now,
            status == "completed" ? Time(call.Text("completed_at")) ?? now : null);
        return Answer.Created(CheckJson.Run(call.GitHub.Reviews.AddRun(call.Repository, call.Actor, run), call.Repository));
    }

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new RefusalException(422, "Invalid request.");
}
