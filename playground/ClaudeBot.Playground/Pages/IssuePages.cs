using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Pages;

/// <summary>An issue or a pull request, and the form of a new issue. <c>form</c> is the hidden field that every form must send back.</summary>
internal static class IssuePages
{
    public static Html New(Repository repository, Html form) => Layout.Repository(repository, "issues", "New issue", Html.Of($"""
        <h2>New issue</h2>
        <form method="post" action="/{repository.FullName}/issues">{form}
        <label for="title">Title</label><input type="text" id="title" name="title" required maxlength="256" autofocus>
        <label for="body">What should be done</label><textarea id="body" name="body"></textarea>
        <label for="labels">Labels, with commas between</label><input type="text" id="labels" name="labels" value="claude-bot">
        <div class="actions"><button class="main">Create issue</button></div>
        </form>
        """));

    public static Html Issue(Issue issue, string login, Html form) => Layout.Repository(issue.Repository, "issues", issue.Title, Html.Of($"""
        {Heading(issue)}{Labels(issue, form)}{Talk(issue)}{CommentForm(issue, login, form)}
        """));

    public static async Task<Html> PullAsync(Issue issue, string login, Html form, CancellationToken cancellationToken)
    {
        var (git, pull) = (issue.Repository.Git, issue.Pull!);
        var start = await git.MergeBaseAsync(pull.BaseSha, pull.HeadSha, cancellationToken);
        var changes = await git.ChangesAsync(start, pull.HeadSha, cancellationToken);
        return Layout.Repository(issue.Repository, "pulls", issue.Title, Html.Of($"""
            {Heading(issue)}
            <p class="faint"><code>{pull.HeadBranch}</code> into <code>{pull.BaseBranch}</code> · {pull.Facts.Commits} commits ·
            <span class="plus">+{pull.Facts.Additions}</span> <span class="minus">−{pull.Facts.Deletions}</span></p>
            {Labels(issue, form)}{Talk(issue)}{Checks(issue)}{Merge(issue, form)}{CommentForm(issue, login, form)}
            <h2>Files changed <small>{changes.Count}</small></h2>{changes.Select(Diff)}
            """));
    }

    private static Html Heading(Issue issue) => Html.Of($"""
        <h2>{issue.Title} <small>#{issue.Number}</small></h2>
        <p>{Layout.State(issue)} <span class="faint">opened by <strong>{issue.Author.Login}</strong>, {Layout.Time(issue.CreatedAt)}</span></p>
        """);

    private static Html Labels(Issue issue, Html form) => Html.Of($"""
        <div class="actions">{issue.Labels.Select(label => Html.Of($"""
            <form class="inline" method="post" action="{Path(issue)}/unlabel">{form}{Layout.Label(label)}<input type="hidden" name="label" value="{label.Name}">
            <button class="small" title="Remove the label" aria-label="Remove the label {label.Name}">×</button></form>
            """))}
        <form class="inline" method="post" action="{Path(issue)}/label">{form}<input type="text" name="label" list="known" required placeholder="label" aria-label="Label">
        <button class="small">Add label</button></form>
        <datalist id="known">{issue.Repository.Labels.Select(label => Html.Of($"""<option value="{label.Name}">"""))}</datalist></div>
        """);

    private static Html Talk(Issue issue)
    {
        var pieces = issue.Comments.Select(comment => (At: comment.CreatedAt, comment.Id, Html: Box(comment.Author, "commented", comment.CreatedAt, comment.Body, $"issuecomment-{comment.Id}")));
        if (issue.Pull is { } pull)
        {
            pieces = pieces
                .Concat(pull.Reviews.Where(review => review.Body.Length > 0 || review.State != "COMMENTED").Select(review =>
                    (At: review.SubmittedAt, review.Id, Html: Box(review.Author, Verdict(review), review.SubmittedAt, review.Body, $"pullrequestreview-{review.Id}"))))
                .Concat(pull.ReviewComments.Select(note =>
                    (At: note.CreatedAt, note.Id, Html: Box(note.Author, $"on {note.Path}{(note.Line is { } line ? $", line {line}" : "")}", note.CreatedAt, note.Body, $"discussion_r{note.Id}"))));
        }

        return Html.Join(pieces.OrderBy(piece => piece.At).ThenBy(piece => piece.Id).Select(piece => piece.Html)
            .Prepend(Box(issue.Author, "wrote", issue.CreatedAt, string.IsNullOrWhiteSpace(issue.Body) ? "*No description.*" : issue.Body, "description")));
    }

    private static string Verdict(Review review) => review.State switch
    {
        "APPROVED" => "approved",
        "CHANGES_REQUESTED" => "requested changes",
        _ => "reviewed",
    };

    private static Html Box(Account author, string did, DateTimeOffset at, string body, string anchor) => Html.Of($"""
        <div class="box" id="{anchor}"><div class="head"><strong>{author.Login}</strong> <span class="faint">{did} · {Layout.Time(at)}</span></div><div class="body">{Html.Markdown(body)}</div></div>
        """);

    private static Html Checks(Issue issue)
    {
        var (repository, head) = (issue.Repository, issue.Pull!.HeadSha);
        var rows = repository.CheckRuns.Where(run => run.HeadSha == head).Select(run => (run.Name, State: run.Conclusion ?? run.Status, About: run.Title))
            .Concat(repository.Statuses.Where(status => status.Sha == head).GroupBy(status => status.Context).Select(group => (Name: group.Key, group.Last().State, About: group.Last().Description)))
            .Select(check => Html.Of($"""
                <div class="row"><span class="{(check.State == "success" ? "plus" : check.State is "failure" or "error" ? "minus" : "faint")}">● {check.State}</span> <strong>{check.Name}</strong> <span class="faint">{check.About}</span></div>
                """)).ToArray();
        return rows.Length == 0 ? Html.Nothing : Html.Of($"""<div class="box"><div class="head"><strong>Checks</strong></div>{rows}</div>""");
    }

    private static Html Merge(Issue issue, Html form)
    {
        var pull = issue.Pull!;
        if (!issue.IsOpen)
        {
            return pull.MergedBy is null ? Html.Nothing : Html.Of($"""<p>Merged by <strong>{pull.MergedBy.Login}</strong> as <code>{pull.MergeCommitSha}</code>.</p>""");
        }

        return pull.IsDraft
            ? Html.Of($"""<form method="post" action="{Path(issue)}/ready">{form}<div class="actions"><button>Ready for review</button> <span class="faint">A draft is not merged.</span></div></form>""")
            : pull.Facts.Mergeable
                ? Html.Of($"""<form method="post" action="{Path(issue)}/merge">{form}<div class="actions"><button class="main">Merge pull request</button></div></form>""")
                : Html.Of($"""<p class="minus">This branch has conflicts with {pull.BaseBranch}.</p>""");
    }

    private static Html CommentForm(Issue issue, string login, Html form)
    {
        var review = issue.Pull is not null && issue.IsOpen
            ? Html.Of($"""<button formaction="{Path(issue)}/approve">Approve</button> <button formaction="{Path(issue)}/request-changes">Request changes</button>""")
            : Html.Nothing;
        var turn = issue.IsOpen ? "close" : "reopen";
        return Html.Of($"""
            <form method="post" action="{Path(issue)}/comment">{form}
            <label for="comment">Comment as {login}</label><textarea id="comment" name="body"></textarea>
            <div class="actions"><button class="main">Comment</button> {review} <button class="push" formaction="{Path(issue)}/{turn}">{(issue.IsOpen ? "Close" : "Reopen")}</button></div>
            </form>
            """);
    }

    private static Html Diff(FileChange change) => Html.Of($"""
        <div class="box"><div class="head"><strong>{change.Path}</strong> <span class="faint">{change.Status}</span>
        <span class="push"><span class="plus">+{change.Additions}</span> <span class="minus">−{change.Deletions}</span></span></div>
        <pre class="diff">{(change.Patch ?? " No text to compare.").Split('\n').Select(line => Html.Of($"""<span class="{Kind(line)}">{line}</span>"""))}</pre></div>
        """);

    private static string Kind(string line) => line switch
    {
        ['+', ..] => "a",
        ['-', ..] => "d",
        ['@', '@', ..] => "h",
        _ => "c",
    };

    private static string Path(Issue issue) => $"/{issue.Repository.FullName}/issues/{issue.Number}";
}
