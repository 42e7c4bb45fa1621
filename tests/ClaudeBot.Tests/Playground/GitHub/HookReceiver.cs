using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Playground.GitHub;

/// <summary>A door for webhooks that keeps what comes in.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string path;

    private HookReceiver(WebApplication app, string path) => (this.app, this.path) = (app, path);

    public ConcurrentQueue<(IHeaderDictionary Headers, string Body)> Received { get; } = [];

    public Uri Url => new(app.Urls.First() + path);

    /// <summary>What every delivery is answered with.</summary>
    public int Status { get; set; } = StatusCodes.Status202Accepted;

    public string[] Ids => [.. Received.Select(delivery => delivery.Headers["X-GitHub-Delivery"].ToString())];

    public string[] Events => [.. Received.Select(delivery => delivery.Headers["X-GitHub-Event"].ToString())];

    public static async Task<HookReceiver> StartAsync(CancellationToken cancellationToken, string path = "/hook")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new HookReceiver(builder.Build(), path);
        receiver.app.MapPost(path, async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
            receiver.Received.Enqueue((new HeaderDictionary(request.Headers.ToDictionary()), body));
            return Results.StatusCode(receiver.Status);
        });
        await receiver.app.StartAsync(cancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
