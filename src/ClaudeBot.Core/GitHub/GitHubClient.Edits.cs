using ClaudeBot.GitHub.Wire;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>
    /// The last time that an issue's text was edited, and by whom; null when it never was. Only the GraphQL API knows,
    /// see docs.github.com, "Issue" in the GraphQL reference. Changes of the title are events of the issue instead.
    /// </summary>
    public async Task<GitHubTextEdit?> FindLastEditAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        // The names after which Octokit looks.
        const string query = "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { issue(number: $number) "
            + "{ edited_at: lastEditedAt editor { type: __typename login ... on User { id: databaseId } ... on Bot { id: databaseId } } } } }";
        var variables = new Fields { ["owner"] = issue.Repository.Owner, ["name"] = issue.Repository.Name, ["number"] = issue.Number };
        var answer = await _connection.PostGraphQlAsync<EditAnswer>(issue.Repository, new Fields { ["query"] = query, ["variables"] = variables }, cancellationToken);
        answer.ThrowIfFailed("POST /graphql lastEditedAt");
        var found = answer.Data?.Repository?.Issue
            ?? throw new GitHubException(GitHubFaultKind.NotFound, $"POST /graphql lastEditedAt: GitHub does not give {issue}.", null, null);
        return found.ToEdit();
    }

    private sealed class EditAnswer : GraphQlAnswer
    {
        public EditData? Data { get; set; }
    }

    private sealed class EditData
    {
        public EditRepository? Repository { get; set; }
    }

    private sealed class EditRepository
    {
        public EditIssue? Issue { get; set; }
    }

    private sealed class EditIssue
    {
        public DateTimeOffset? EditedAt { get; set; }
        public EditActor? Editor { get; set; }

        public GitHubTextEdit? ToEdit() => EditedAt is { } at
            ? new GitHubTextEdit(at, Editor is { Id: { } id, Login: { } login } editor ? new GitHubUser(id, login, editor.Type == "Bot") : null)
            : null;
    }

    private sealed class EditActor
    {
        public string? Type { get; set; }
        public string? Login { get; set; }
        public long? Id { get; set; }
    }
}
