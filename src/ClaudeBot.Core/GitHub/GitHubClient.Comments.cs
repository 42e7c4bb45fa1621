using System.Globalization;
using ClaudeBot.GitHub.Wire;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>Comments under the issues and pull requests of a repository that were written or changed at or after a time; oldest change first.</summary>
    public async Task<ConditionalList<GitHubComment>> ListChangedCommentsAsync(RepositoryName repository, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var from = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var found = await _connection.ListAsync<Octokit.IssueComment>(
            $"{Path(repository)}/issues/comments?since={from}&sort=updated&direction=asc&per_page={PageSize}",
            cancellationToken);
        return new ConditionalList<GitHubComment>([.. found.Items.Select(comment => comment.ToComment())], found.Changed);
    }

    /// <summary>Reacts to a comment under an issue or pull request; a reaction that the bot has given already stays the only one.</summary>
    /// <param name="reaction">GitHub's word: <c>eyes</c>, <c>+1</c>, <c>confused</c>.</param>
    public Task ReactAsync(RepositoryName repository, long commentId, string reaction, CancellationToken cancellationToken) =>
        _connection.PostAsync<Octokit.Reaction>($"{Path(repository)}/issues/comments/{commentId}/reactions", new Fields { ["content"] = reaction }, cancellationToken);

    /// <summary>As <see cref="FindLastEditAsync"/>, of a comment, by its name in the GraphQL API.</summary>
    public async Task<GitHubTextEdit?> FindLastCommentEditAsync(RepositoryName repository, string nodeId, CancellationToken cancellationToken)
    {
        const string query = "query($id: ID!) { node(id: $id) { ... on IssueComment "
            + "{ edited_at: lastEditedAt editor { type: __typename login ... on User { id: databaseId } ... on Bot { id: databaseId } } } } }";
        var answer = await _connection.PostGraphQlAsync<CommentEditAnswer>(
            repository, new Fields { ["query"] = query, ["variables"] = new Fields { ["id"] = nodeId } }, cancellationToken);
        answer.ThrowIfFailed("POST /graphql lastEditedAt");
        var found = answer.Data?.Node ?? throw new GitHubException(GitHubFaultKind.NotFound, "POST /graphql lastEditedAt: GitHub does not give the comment.", null, null);
        return found.ToEdit();
    }

    private sealed class CommentEditAnswer : GraphQlAnswer
    {
        public CommentEditData? Data { get; set; }
    }

    private sealed class CommentEditData
    {
        public EditIssue? Node { get; set; }
    }
}
