using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Api;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Playground.Pages;
using ClaudeBot.Playground.Requests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground;

/// <summary>
/// A running playground: a local GitHub with its REST API, git and pages on one port, of 127.0.0.1 unless told otherwise. Several may run in one
/// process. The scripted Claude listens on a port of its own and is started next to this host, not inside it.
/// </summary>
public sealed class PlaygroundHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private PlaygroundHost(WebApplication app, LocalGitHub gitHub, FaultRack faults, RequestLog requests, RateLimits rateLimits)
    {
        this.app = app;
        (GitHub, Faults, Requests, RateLimits) = (gitHub, faults, requests, rateLimits);
    }

    /// <summary>Where git and the pages are: <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri ServerUrl => GitHub.Directory.At.Server;

    /// <summary>Where the REST API is: <c>http://127.0.0.1:PORT/api/v3</c>, as on GitHub Enterprise Server.</summary>
    public Uri ApiUrl => new(GitHub.Directory.At.Api);

    public LocalGitHub GitHub { get; }

    public FaultRack Faults { get; }

    public RequestLog Requests { get; }

    public RateLimits RateLimits { get; }

    /// <summary>Every method and path template of the REST API that answers here (<c>GET /repos/{owner}/{repo}</c>).</summary>
    public IEnumerable<string> Endpoints =>
        from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
        let route = endpoint.Metadata.GetMetadata<ApiRoute>()
        where route is not null
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select $"{method} {route.Template}";

    /// <summary>Starts a playground; it listens when this returns. A port in use is an <see cref="IOException"/>.</summary>
    public static async Task<PlaygroundHost> StartAsync(PlaygroundOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DataFolder);
        var gitHub = new LocalGitHub(Path.GetFullPath(options.DataFolder), options.Time);
        var host = new PlaygroundHost(Build(options), gitHub, new FaultRack(), new RequestLog(), new RateLimits(options.RateLimit, options.Time));
        try
        {
            host.Configure(options);
            await host.app.StartAsync(cancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        var bound = host.app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        gitHub.Directory.At.Server = new UriBuilder(bound) { Host = options.Name ?? new Uri(bound).Host }.Uri;
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await GitHub.DisposeAsync();
    }

    private static WebApplication Build(PlaygroundOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, HostedInProcess>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                if (options.Certificate is { } certificate)
                    listen.UseHttps(certificate);
            });
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        return builder.Build();
    }

    private void Configure(PlaygroundOptions options)
    {
        var authentication = new Authentication(GitHub.Directory, GitHub.Apps);
        var api = new GitHubApi(GitHub, authentication, RateLimits);
        app.Use(SlashedRefs.InvokeAsync);
        app.UseRouting();
        app.UseWhen(context => IsUnder(context, Addresses.ApiPath), inner => inner.Use(new Recording(Requests, options.Time).InvokeAsync));
        app.UseWhen(context => !IsUnder(context, ControlEndpoints.Prefix), inner => inner.Use(new FaultInjection(Faults, options.Time).InvokeAsync));
        app.UseWhen(context => IsUnder(context, Addresses.ApiPath), api.Use);
        api.Map(app);
        new GraphQl(GitHub, authentication).Map(app);
        Checks.MapLogs(app, GitHub);
        new SmartHttp(GitHub, authentication).Map(app);
        new Uploads(GitHub.Uploads).Map(app);
        new ControlEndpoints(Faults, Requests).Map(app);
        new PageEndpoints(GitHub, options.PageLogin).Map(app);
    }

    private static bool IsUnder(HttpContext context, string prefix) => context.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal);

    /// <summary>Leaves the process's signals to whoever started the playground.</summary>
    private sealed class HostedInProcess : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
