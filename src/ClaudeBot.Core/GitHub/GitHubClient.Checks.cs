namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>
    /// The check runs and commit statuses that ended badly on a commit: of each name the newest. Where the credential may not read check
    /// runs (a fine-grained token without "checks"), statuses alone are told.
    /// </summary>
    public async Task<IReadOnlyList<FailedCheckRun>> ListFailedChecksAsync(RepositoryName repository, string sha, CancellationToken cancellationToken)
    {
        var found = new List<FailedCheckRun>();
        try
        {
            await foreach (var (page, _) in _connection.PagesAsync<CheckRunsAnswer>($"{Path(repository)}/commits/{sha}/check-runs?filter=latest&per_page={PageSize}", cancellationToken))
                found.AddRange((page.CheckRuns ?? []).Where(run => run.Conclusion is { } conclusion && FailedCheckRun.IsBad(conclusion)).Select(run => run.ToFailed()));
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound)
        {
        }

        var combined = await _connection.GetAsync<CombinedAnswer>($"{Path(repository)}/commits/{sha}/status?per_page={PageSize}", cancellationToken);
        found.AddRange((combined.Statuses ?? []).Where(status => FailedCheckRun.IsBad(status.State ?? ""))
            .Select(status => new FailedCheckRun(status.Id, true, status.Context ?? "", sha, status.State!, status.TargetUrl, status.CreatedAt) { Report = status.Description ?? "" }));
        return found;
    }

    /// <summary>Whether a check run has not ended, or ended again later than at the given time.</summary>
    public async Task<bool> RunsAgainAsync(RepositoryName repository, long checkRun, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        var run = await _connection.GetAsync<CheckRunAnswer>($"{Path(repository)}/check-runs/{checkRun}", cancellationToken);
        return run.Status != "completed" || run.CompletedAt > endedAt;
    }

    /// <summary>
    /// Has a check run again: a job of GitHub Actions by its own call ("Re-run a job from a workflow run"), any other by asking its
    /// App ("Rerequest a check run").
    /// </summary>
    public Task RerunCheckAsync(RepositoryName repository, FailedCheckRun check, CancellationToken cancellationToken) => _connection.PostAsync(
        check.IsActionsJob ? $"{Path(repository)}/actions/jobs/{check.Id}/rerun" : $"{Path(repository)}/check-runs/{check.Id}/rerequest",
        cancellationToken);

    /// <summary>The end of the log of a job of GitHub Actions; null when it cannot be had: gone, too large, or not for this credential.</summary>
    public async Task<string?> FindJobLogAsync(RepositoryName repository, long job, CancellationToken cancellationToken)
    {
        try
        {
            return (await _connection.GetAsync<JobLogAnswer>($"{Path(repository)}/actions/jobs/{job}/logs", cancellationToken)).Log;
        }
        catch (GitHubException fault) when (fault.Kind is not (GitHubFaultKind.RateLimited or GitHubFaultKind.Unauthorized))
        {
            return null;
        }
    }

    private sealed class JobLogAnswer
    {
        public string? Log { get; set; }
    }

    private sealed class CheckRunsAnswer
    {
        public List<CheckRunAnswer>? CheckRuns { get; set; }
    }

    private sealed class CheckRunAnswer
    {
        public long Id { get; set; }
        public string? Name { get; set; }
        public string? HeadSha { get; set; }
        public string? Status { get; set; }
        public string? Conclusion { get; set; }
        public string? HtmlUrl { get; set; }
        public DateTimeOffset? CompletedAt { get; set; }
        public CheckOutput? Output { get; set; }
        public CheckApp? App { get; set; }

        public FailedCheckRun ToFailed() => new(Id, false, Name ?? "", HeadSha ?? "", Conclusion ?? "", HtmlUrl, CompletedAt ?? DateTimeOffset.UnixEpoch)
        {
            IsActionsJob = App?.Slug == "github-actions",
            Report = string.Join('\n', new[] { Output?.Title, Output?.Summary, Output?.Text }.Where(part => !string.IsNullOrWhiteSpace(part))),
        };
    }

    private sealed class CheckOutput
    {
        public string? Title { get; set; }
        public string? Summary { get; set; }
        public string? Text { get; set; }
    }

    private sealed class CheckApp
    {
        public string? Slug { get; set; }
    }

    private sealed class CombinedAnswer
    {
        public List<StatusAnswer>? Statuses { get; set; }
    }

    private sealed class StatusAnswer
    {
        public long Id { get; set; }
        public string? Context { get; set; }
        public string? State { get; set; }
        public string? Description { get; set; }
        public string? TargetUrl { get; set; }
        public DateTimeOffset CreatedAt { get; set; }
    }
}
