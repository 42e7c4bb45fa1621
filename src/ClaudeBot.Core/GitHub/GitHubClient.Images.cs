namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    private const string Rendered = "application/vnd.github.full+json";

    /// <summary>An issue's text as GitHub has rendered it: the only form in which the API tells where its uploaded images can be fetched.</summary>
    public async Task<string> GetIssueHtmlAsync(IssueReference issue, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<RenderedIssue>(Path(issue), Rendered, cancellationToken)).BodyHtml ?? "";

    /// <summary>The bytes of a file of at most 1 MB at a branch, tag or commit; null when there is none.</summary>
    public async Task<byte[]?> FindFileAsync(RepositoryName repository, string path, string reference, CancellationToken cancellationToken)
    {
        var file = await _connection.FindAsync<Octokit.RepositoryContent>($"{Path(repository)}/contents/{Segments(path)}?ref={Uri.EscapeDataString(reference)}", cancellationToken);
        if (file is null)
            return null;
        if (file.Type.StringValue != "file" || file.Encoding != "base64")
            throw new GitHubException(GitHubFaultKind.Rejected, $"{repository}: {path} is not a file under 1 MB.", null, null);
        return Convert.FromBase64String(file.EncodedContent);
    }

    private sealed class RenderedIssue
    {
        public string? BodyHtml { get; set; }
    }
}
