namespace ClaudeBot.Playground.Claude;

/// <summary>The stand-in on a web server of its own, on a free port or on a Unix socket.</summary>
public sealed class ClaudeStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ClaudeStandIn(WebApplication app) => _app = app;

    /// <summary>What <c>ANTHROPIC_BASE_URL</c> takes.</summary>
    public Uri Address => new(_app.Urls.First(url => !url.Contains("unix:", StringComparison.Ordinal)));

    public ClaudeRequestLog Requests => _app.Services.GetRequiredService<ClaudeRequestLog>();

    public ClaudeFaults Faults => _app.Services.GetRequiredService<ClaudeFaults>();

    /// <param name="options">The script and the key.</param>
    /// <param name="unixSocket">A path to listen on as well, or null.</param>
    /// <exception cref="ScriptException">A script is at fault.</exception>
    public static async Task<ClaudeStandIn> StartAsync(
        ClaudeStandInOptions options, string? unixSocket, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddClaudeStandIn(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            if (unixSocket is not null)
                kestrel.ListenUnixSocket(unixSocket);
        });
        var app = builder.Build();
        app.MapClaudeStandIn();
        await app.StartAsync(cancellationToken);
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await _app.DisposeAsync();
    }
}
