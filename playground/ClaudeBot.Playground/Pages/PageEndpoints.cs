using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Pages;

/// <summary>
/// The pages for people. Whoever opens them acts as <paramref name="login"/>, or as the repository's owner; a random word in
/// every form keeps other sites from acting too.
/// </summary>
internal sealed class PageEndpoints(LocalGitHub gitHub, string? login)
{
    private readonly string word = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private Html Form => Html.Of($"""<input type="hidden" name="form" value="{word}">""");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{ControlEndpoints.Prefix}/playground.css", () => Results.Stream(
            typeof(PageEndpoints).Assembly.GetManifestResourceStream("ClaudeBot.Playground.Pages.playground.css")!, "text/css; charset=utf-8"));
        routes.MapGet($"{ControlEndpoints.Prefix}/avatars/{{id:long}}.svg", (long id) => Results.Text(Avatar(id), "image/svg+xml"));
        routes.MapGet("/", () => Show(RepositoryPages.Home(gitHub)));
        routes.MapGet("/{owner}/{repo}", (string owner, string repo, CancellationToken cancelled) => FilesAsync(owner, repo, null, "", cancelled));
        foreach (var kind in (string[])["blob", "tree"])
        {
            routes.MapGet($"/{{owner}}/{{repo}}/{kind}/{{revision}}/{{**path}}", (string owner, string repo, string revision, string? path, CancellationToken cancelled) =>
                FilesAsync(owner, repo, revision.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), path ?? "", cancelled));
        }

        routes.MapGet("/{owner}/{repo}/issues", (string owner, string repo, string? state) => List(owner, repo, false, state));
        routes.MapGet("/{owner}/{repo}/pulls", (string owner, string repo, string? state) => List(owner, repo, true, state));
        routes.MapGet("/{owner}/{repo}/issues/new", (string owner, string repo) =>
            gitHub.Directory.FindRepository(owner, repo) is { } repository ? Show(IssuePages.New(repository, Form)) : Results.NotFound());
        routes.MapGet("/{owner}/{repo}/issues/{number:int}", OneAsync);
        routes.MapGet("/{owner}/{repo}/pull/{number:int}", OneAsync);
        routes.MapPost("/{owner}/{repo}/issues", (Delegate)CreateAsync);
        routes.MapPost("/{owner}/{repo}/issues/{number:int}/{action}", (Delegate)ActAsync);
    }

    private static IResult Show(Html html) => Results.Content(html.Text, "text/html; charset=utf-8", Encoding.UTF8);

    private static string Avatar(long id) => string.Create(CultureInfo.InvariantCulture,
        $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="hsl({id * 47 % 360} 55% 55%)"/></svg>""");

    private string Person(Repository repository) => login ?? repository.Owner.Login;

    private IResult List(string owner, string repo, bool pulls, string? state) =>
        gitHub.Directory.FindRepository(owner, repo) is { } repository ? Show(RepositoryPages.List(repository, pulls, state == "closed")) : Results.NotFound();

    private async Task<IResult> FilesAsync(string owner, string repo, string? revision, string path, CancellationToken cancellationToken) =>
        gitHub.Directory.FindRepository(owner, repo) is { } repository
        && await RepositoryPages.FilesAsync(repository, revision ?? repository.DefaultBranch, path, cancellationToken) is { } page
            ? Show(page)
            : Results.NotFound();

    private async Task<IResult> OneAsync(string owner, string repo, int number, CancellationToken cancelled)
    {
        if (gitHub.Directory.FindRepository(owner, repo)?.Issues.GetValueOrDefault(number) is not { } issue)
        {
            return Results.NotFound();
        }

        var person = Person(issue.Repository);
        return Show(issue.Pull is null ? IssuePages.Issue(issue, person, Form) : await IssuePages.PullAsync(issue, person, Form, cancelled));
    }

    private Task<IResult> CreateAsync(HttpContext context, string owner, string repo) => ChangeAsync(context, owner, repo, async (repository, form) =>
    {
        var labels = form["labels"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var issue = await gitHub.FileIssueAsync(repository.FullName, Person(repository), form["title"].ToString(), form["body"].ToString(), labels, context.RequestAborted);
        return issue.HtmlUrl;
    });

    private Task<IResult> ActAsync(HttpContext context, string owner, string repo, int number, string action) => ChangeAsync(context, owner, repo, async (repository, form) =>
    {
        var (name, person, cancelled) = (repository.FullName, Person(repository), context.RequestAborted);
        var (body, label) = (form["body"].ToString(), form["label"].ToString().Trim());
        await (action switch
        {
            "label" => gitHub.LabelAsync(name, number, person, label, cancelled),
            "unlabel" => gitHub.UnlabelAsync(name, number, person, label, cancelled),
            "comment" => gitHub.CommentAsync(name, number, person, body, cancelled),
            "close" => gitHub.CloseAsync(name, number, person, cancelled),
            "reopen" => gitHub.ReopenAsync(name, number, person, cancelled),
            "merge" => gitHub.MergeAsync(name, number, person, cancelled),
            "ready" => gitHub.MarkReadyAsync(name, number, person, cancelled),
            "approve" => gitHub.ReviewAsync(name, number, person, "APPROVE", body, cancelled),
            "request-changes" => gitHub.ReviewAsync(name, number, person, "REQUEST_CHANGES", body, cancelled),
            _ => throw RefusalException.NotFound(),
        });
        return repository.Issues[number].HtmlUrl;
    });

    private async Task<IResult> ChangeAsync(HttpContext context, string owner, string repo, Func<Repository, IFormCollection, Task<string>> change)
    {
        if (gitHub.Directory.FindRepository(owner, repo) is not { } repository)
        {
            return Results.NotFound();
        }

        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        if (form["form"] != word)
        {
            return Refused(403, "This form is not from this playground, or from before it was started again. Go back, reload the page, and send it once more.");
        }

        try
        {
            return Results.Redirect(new Uri(await change(repository, form)).PathAndQuery);
        }
        catch (RefusalException refusal)
        {
            var reasons = refusal.Errors.Select(error => error["message"]?.ToString() ?? $"{error["field"]} {error["code"]}");
            return Refused(refusal.Status, string.Join(" ", reasons.Prepend(refusal.Message)));
        }
    }

    private static IResult Refused(int status, string message) => Results.Content(
        Layout.Page("Not done", Html.Of($"""<a href="/">Playground</a>"""), Html.Nothing, Html.Of($"<h2>That was not done</h2><p>{message}</p>")).Text,
        "text/html; charset=utf-8", Encoding.UTF8, status);
}
