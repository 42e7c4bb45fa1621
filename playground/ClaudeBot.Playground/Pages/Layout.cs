using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Pages;

/// <summary>What every page has around it.</summary>
internal static class Layout
{
    public static Html Page(string title, Html heading, Html tabs, Html content) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title} · playground</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/_playground/playground.css">
        </head>
        <body>
        <div class="notice">This is a <strong>local playground</strong>: it stands in for GitHub on this machine alone, and is not GitHub.</div>
        <header><h1>{heading}</h1><nav>{tabs}</nav></header>
        <main>{content}</main>
        </body>
        </html>

        """);

    public static Html Repository(Repository repository, string tab, string title, Html content)
    {
        var address = $"/{repository.FullName}";
        return Page($"{title} · {repository.FullName}",
            Html.Of($"""<a href="/">Playground</a> / <a href="{address}">{repository.FullName}</a>"""),
            Html.Join(
            [
                Tab(address, "Files", tab == "files"),
                Tab($"{address}/issues", $"Issues {repository.Issues.Values.Count(issue => issue.IsOpen && issue.Pull is null)}", tab == "issues"),
                Tab($"{address}/pulls", $"Pull requests {repository.PullRequests.Count(issue => issue.IsOpen)}", tab == "pulls"),
            ]),
            content);
    }

    public static Html State(Issue issue)
    {
        var (name, word) = issue switch
        {
            { Pull.MergedAt: not null } => ("merged", "Merged"),
            { IsOpen: false } => ("closed", "Closed"),
            { Pull.IsDraft: true } => ("draft", "Draft"),
            _ => ("open", "Open"),
        };
        return Html.Of($"""<span class="state {name}">{word}</span>""");
    }

    public static Html Label(Label label) =>
        Html.Of($"""<span class="label"><i style="background:#{label.Color}"></i>{label.Name}</span>""");

    public static Html Time(DateTimeOffset at) => Html.Of($"""<time datetime="{at.ToString("O")}">{at.ToString("yyyy-MM-dd HH:mm 'UTC'")}</time>""");

    private static Html Tab(string address, string text, bool isCurrent) =>
        isCurrent ? Html.Of($"""<a href="{address}" aria-current="page">{text}</a>""") : Html.Of($"""<a href="{address}">{text}</a>""");
}
