using System.Text;
using ClaudeBot.Playground.Claude;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Agents;

/// <summary>Stands before the scripted Claude and keeps what was sent: whether a key came, and every word.</summary>
internal sealed class RecordingApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();
    private readonly StringBuilder _bodies = new();
    private int _keys;

    private RecordingApi(WebApplication app, ClaudeStandIn claude)
    {
        _app = app;
        _app.Run(http => ForwardAsync(http, claude.Address));
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>How many requests carried a credential.</summary>
    public int Keys => _keys;

    /// <summary>All that the model was told.</summary>
    public string Told
    {
        get
        {
            lock (_bodies)
                return _bodies.ToString();
        }
    }

    public static async Task<RecordingApi> StartAsync(ClaudeStandIn claude, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new RecordingApi(builder.Build(), claude);
        await api._app.StartAsync(cancellationToken);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext http, Uri claude)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var key = http.Request.Headers["x-api-key"].FirstOrDefault() ?? http.Request.Headers.Authorization.FirstOrDefault();
        if (key is not null)
            Interlocked.Increment(ref _keys);
        lock (_bodies)
            _bodies.AppendLine(Encoding.UTF8.GetString(body.ToArray()));

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(claude, http.Request.Path + http.Request.QueryString));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("content-type", http.Request.ContentType);
        }

        // The model's address is the script's either way: what differs is who saw the key on the way.
        request.Headers.TryAddWithoutValidation("x-api-key", AgentFixture.Token);
        using var answer = await _client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
