using ClaudeBot.GitHub;
using ClaudeBot.Images;
using ClaudeBot.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Images;

/// <summary>A GitHub server on the loopback that answers every image as the test says, and a way to fetch from it.</summary>
internal sealed class HostileHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ImageDownloads _downloads;

    private HostileHost(WebApplication app, ImageOptions options, TimeProvider time)
    {
        _app = app;
        var gitHub = new GitHubOptions { ServerUrl = Address, Token = new SecretSource("GITHUB_TOKEN", () => "t", new SecretMask()) };
        _downloads = new ImageDownloads(new ImageAddresses(gitHub), options, time);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>The headers that came.</summary>
    public List<string> Headers { get; } = [];

    public static async Task<HostileHost> StartAsync(Func<HttpContext, Task> answer, CancellationToken cancellationToken, ImageOptions? options = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        HostileHost? host = null;
        app.Run(http =>
        {
            host!.Asked++;
            host.Headers.AddRange(http.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));
            return answer(http);
        });
        await app.StartAsync(cancellationToken);
        return host = new HostileHost(app, options ?? new ImageOptions(), time ?? TimeProvider.System);
    }

    public Task<byte[]> FetchAsync(CancellationToken cancellationToken, int most = 1_000_000) =>
        _downloads.FetchAsync(new Uri(Address, "/user-attachments/assets/x"), most, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _downloads.Dispose();
        await _app.DisposeAsync();
    }
}
