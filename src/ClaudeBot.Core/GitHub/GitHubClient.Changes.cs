using System.Globalization;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>The most entries that GitHub puts on one page of a list.</summary>
    internal const int PageSize = 100;

    /// <summary>
    /// Issues and pull requests, open or closed, with or without the label, that changed at or after a time; oldest
    /// change first. Transferred and deleted ones are in no list.
    /// </summary>
    public async Task<ConditionalList<GitHubIssue>> ListChangedIssuesAsync(RepositoryName repository, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var from = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var found = await _connection.ListAsync<Octokit.Issue>(
            $"{Path(repository)}/issues?state=all&since={from}&sort=updated&direction=asc&per_page={PageSize}",
            cancellationToken);
        return new ConditionalList<GitHubIssue>([.. found.Items.Select(issue => issue.ToIssue(repository))], found.Changed);
    }

    /// <summary>Issues with the label, open or closed; pull requests left out.</summary>
    public async Task<IReadOnlyList<GitHubIssue>> ListLabelledIssuesAsync(RepositoryName repository, string label, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<Octokit.Issue>(
            $"{Path(repository)}/issues?labels={Uri.EscapeDataString(label)}&state=all&per_page={PageSize}",
            cancellationToken);
        return [.. found.Items.Select(issue => issue.ToIssue(repository)).Where(issue => !issue.IsPullRequest)];
    }
}
