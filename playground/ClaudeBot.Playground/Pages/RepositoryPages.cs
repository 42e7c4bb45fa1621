using System.Text;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Pages;

/// <summary>The list of repositories, and a repository's files and lists.</summary>
internal static class RepositoryPages
{
    private const int LongestShown = 200_000;

    public static Html Home(LocalGitHub gitHub)
    {
        var rows = gitHub.Repositories.Select(repository => Html.Of($"""
            <div class="row"><a href="/{repository.FullName}"><strong>{repository.FullName}</strong></a> <span class="faint">{repository.Description}</span>
            <span class="push faint"><a href="/{repository.FullName}/issues">{repository.Issues.Values.Count(issue => issue.IsOpen && issue.Pull is null)} open issues</a> ·
            <a href="/{repository.FullName}/pulls">{repository.PullRequests.Count(issue => issue.IsOpen)} open pull requests</a></span></div>
            """)).ToArray();
        return Layout.Page("Repositories", Html.Of($"""<a href="/">Playground</a>"""), Html.Nothing, Html.Of($"""
            <h2>Repositories</h2>
            <div class="box">{(rows.Length == 0 ? Html.Of($"""<div class="row faint">There are none yet.</div>""") : Html.Join(rows))}</div>
            """));
    }

    public static Html List(Repository repository, bool pulls, bool closed)
    {
        var (path, word) = pulls ? ("pulls", "pull requests") : ("issues", "issues");
        var rows = repository.Issues.Values.Reverse().Where(issue => issue.Pull is not null == pulls && issue.IsOpen != closed).Select(issue => Html.Of($"""
            <div class="row">{Layout.State(issue)} <a href="{issue.HtmlUrl}"><strong>{issue.Title}</strong></a> {issue.Labels.Select(Layout.Label)}
            <span class="push faint">#{issue.Number} by {issue.Author.Login}, {Layout.Time(issue.CreatedAt)} · {issue.Comments.Count()} comments</span></div>
            """)).ToArray();
        var create = pulls ? Html.Nothing : Html.Of($"""<a class="button main push" href="/{repository.FullName}/issues/new">New issue</a>""");
        return Layout.Repository(repository, path, closed ? $"Closed {word}" : $"Open {word}", Html.Of($"""
            <div class="actions"><a href="/{repository.FullName}/{path}">Open</a> <a href="/{repository.FullName}/{path}?state=closed">Closed</a> {create}</div>
            <div class="box">{(rows.Length == 0 ? Html.Of($"""<div class="row faint">There are no {(closed ? "closed" : "open")} {word}.</div>""") : Html.Join(rows))}</div>
            """));
    }

    /// <summary>A folder or a file at a branch; null when there is none.</summary>
    public static async Task<Html?> FilesAsync(Repository repository, string revision, string path, CancellationToken cancellationToken)
    {
        if (await repository.Git.ResolveCommitAsync(revision, cancellationToken) is not { } commit)
        {
            return null;
        }

        var entry = path.Length == 0 ? null : await repository.Git.EntryAsync(commit, path, cancellationToken);
        if (path.Length > 0 && entry is null)
        {
            return null;
        }

        var title = Html.Of($"""<p><code>{revision}</code> / <strong>{path}</strong> <span class="faint">· clone: <code>{repository.HtmlUrl}.git</code></span></p>""");
        if (entry is { Type: "blob" })
        {
            var blob = await repository.Git.BlobAsync(entry.Sha, cancellationToken);
            var isText = blob.Length <= LongestShown && !blob.Contains((byte)0);
            return Layout.Repository(repository, "files", path, Html.Of($"""
                {title}<div class="box"><div class="body"><pre>{(isText ? Encoding.UTF8.GetString(blob) : $"{blob.Length} bytes that are not shown")}</pre></div></div>
                """));
        }

        var entries = await repository.Git.EntriesAsync(commit, path, cancellationToken);
        var rows = entries.OrderBy(item => item.Type == "blob").ThenBy(item => item.Path, StringComparer.Ordinal).Select(item => Html.Of($"""
            <div class="row"><a href="/{repository.FullName}/blob/{Uri.EscapeDataString(revision)}/{CommitJson.EscapePath(item.Path)}">{item.Name}{(item.Type == "blob" ? "" : "/")}</a></div>
            """));
        var readme = path.Length == 0 && entries.FirstOrDefault(item => item.Path.Equals("README.md", StringComparison.OrdinalIgnoreCase)) is { } found
            ? Html.Of($"""<div class="box"><div class="body">{Html.Markdown(Encoding.UTF8.GetString(await repository.Git.BlobAsync(found.Sha, cancellationToken)))}</div></div>""")
            : Html.Nothing;
        return Layout.Repository(repository, "files", path.Length == 0 ? "Files" : path, Html.Of($"""{title}<div class="box">{rows}</div>{readme}"""));
    }
}
