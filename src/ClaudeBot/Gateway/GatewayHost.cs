using System.Diagnostics.Metrics;
using System.Net;
using ClaudeBot.Agents;
using ClaudeBot.Runs;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Yarp.ReverseProxy.Forwarder;

namespace ClaudeBot.Gateway;

/// <summary>
/// The gateway's own web server inside the bot's process. It shares no listener, route or middleware with the webhook
/// door, the status web or the metrics, and reads no configuration from the environment.
/// </summary>
public sealed class GatewayHost(GatewayOptions options, GatewayPasses passes, ModelCircuit circuit, IRunJournal journal, DailyCaps caps, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private readonly GatewayMetrics _metrics = new(circuit);
    private WebApplication? _app;
    private HttpMessageInvoker? _upstream;
    private Reservations? _reservations;

    /// <summary>Calls, tokens, money and limits, for monitoring.</summary>
    public Meter Metrics => _metrics;

    /// <summary>Listens, and tells <see cref="GatewayPasses"/> where.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
            // A long answer may be read slowly while the agent works; the agent is bound by its own time-outs.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });

        _app = builder.Build();
        _upstream = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = !options.BaseUrl.IsLoopback,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        _reservations = new Reservations(new SpendLog(journal, _metrics, loggers.CreateLogger<SpendLog>()), caps, options, time);
        var keys = new ModelKeys(options, time);
        _metrics.Watch(keys);
        var calls = new ModelCalls(
            options,
            passes,
            circuit,
            keys,
            _reservations,
            _app.Services.GetRequiredService<IHttpForwarder>(),
            _upstream,
            _metrics,
            time,
            loggers.CreateLogger<ModelCalls>());
        _app.Run(calls.HandleAsync);
        await _app.StartAsync(cancellationToken);
        passes.SetAddress(new Uri(_app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
            await _app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _upstream?.Dispose();
        _reservations?.Dispose();
        _metrics.Dispose();
    }

    // The process's signals belong to the outer host.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
