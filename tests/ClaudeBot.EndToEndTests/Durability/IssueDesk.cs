using ClaudeBot.Conversation;
using ClaudeBot.Tests.GitHub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>
/// As much of GitHub as the decision about a labelled issue asks for: every issue number exists, is open and labelled,
/// and everybody may write. The playground would hold each issue and each exchange in memory.
/// </summary>
internal sealed class IssueDesk : IAsyncDisposable
{
    public const string Repository = "octo/greeter";

    private readonly WebApplication _app;

    private IssueDesk(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<IssueDesk> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var labels = $"[{string.Join(',', BotLabels.Definitions("claude-bot").Select(label => GitHubJson.Label(label.Name)))}]";
        app.MapGet("/repos/octo/greeter/issues", () => Json("[]"));
        app.MapGet("/repos/octo/greeter/labels", () => Json(labels));
        app.MapGet("/repos/octo/greeter/issues/{number:int}", (int number) => Json(GitHubJson.Issue(number, $"Note {number}", null, ["claude-bot"])));
        app.MapGet("/repos/octo/greeter/collaborators/ada/permission", () => Json($$"""{"permission":"write","role_name":"write","user":{{GitHubJson.User(7, "ada")}}}"""));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new IssueDesk(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static IResult Json(string text) => Results.Text(text, "application/json; charset=utf-8");
}
