using System.Collections.Concurrent;
using System.Text;
using ClaudeBot.GitHub;
using ClaudeBot.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.GitHub;

/// <summary>A request as the server saw it.</summary>
internal sealed record SeenRequest(string Method, string PathAndQuery, string? Authorization, string? IfNoneMatch, string Body);

/// <summary>A real HTTP server that answers as each test scripts it, under <c>/api/v3/</c> as GitHub Enterprise Server does.</summary>
internal sealed class ScriptedGitHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private ScriptedGitHub(WebApplication app) => _app = app;

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    /// <summary>What every request is answered with; the path is without <c>/api/v3</c>, or <c>/graphql</c>.</summary>
    public Func<SeenRequest, HttpContext, Task> Answer { get; set; } = (_, http) => JsonAsync(http, 404, """{"message":"Not Found"}""");

    public Uri Address => new($"{_app.Urls.First()}/api/v3");

    public FakeLogCollector Logs { get; } = new();

    public static async Task<ScriptedGitHub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedGitHub(app);
        app.Run(server.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static async Task JsonAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(json);
    }

    /// <summary>Answers as GitHub does to a conditional read: 304 without a body when the ETag is the one sent.</summary>
    public static Task WithETagAsync(SeenRequest request, HttpContext http, string etag, string json)
    {
        http.Response.Headers.ETag = etag;
        if (request.IfNoneMatch != etag)
            return JsonAsync(http, 200, json);
        http.Response.StatusCode = 304;
        return Task.CompletedTask;
    }

    public GitHubClient Client(TimeProvider time, Func<string?> token, Func<GitHubOptions, GitHubOptions>? adjust = null, IPenaltyStore? penalties = null)
    {
        var options = new GitHubOptions
        {
            ApiUrl = Address,
            Token = new SecretSource("GITHUB_TOKEN", token, new SecretMask()),
            WriteSpacing = TimeSpan.Zero,
            RetryDelay = TimeSpan.Zero,
        };
        return new GitHubClient(adjust?.Invoke(options) ?? options, penalties ?? new MemoryPenaltyStore(), time, new FakeLogger<GitHubClient>(Logs));
    }

    public GitHubClient Client() => Client(TimeProvider.System, () => "token-of-the-tests");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target != "/api/graphql")
            target.ShouldStartWith("/api/v3/");
        var request = new SeenRequest(
            http.Request.Method,
            target == "/api/graphql" ? "/graphql" : target["/api/v3".Length..],
            http.Request.Headers.Authorization,
            http.Request.Headers.IfNoneMatch,
            body);
        _seen.Enqueue(request);
        await Answer(request, http);
    }
}
