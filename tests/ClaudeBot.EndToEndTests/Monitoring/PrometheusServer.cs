using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeBot.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.EndToEndTests.Monitoring;

/// <summary>
/// A real Prometheus with the rules of this repository, whose times are made short: it scrapes and evaluates every second.
/// The test itself takes the place of Alertmanager.
/// </summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-prometheus-");
    private readonly int _port = FreePort();
    private readonly ConcurrentDictionary<string, JsonNode> _fired = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<(string Alert, TaskCompletionSource Heard)> _waiting = [];
    private readonly JsonArray _targets = [];
    private readonly HttpClient _http = new();
    private WebApplication? _alertmanager;
    private Process? _process;

    public static string Rules => Path.Combine(RepositoryFolder.Root, "deploy", "prometheus", "rules");

    /// <summary>Every alert that was sent, as Alertmanager gets it, by name.</summary>
    public IReadOnlyDictionary<string, JsonNode> Fired => _fired;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="patience">What stands in the place of each rule's <c>for</c>.</param>
    public static async Task<PrometheusServer> StartAsync(string patience)
    {
        var server = new PrometheusServer();
        await server.StartAlertmanagerAsync();
        foreach (var file in Directory.EnumerateFiles(Rules))
            await File.WriteAllTextAsync(Path.Combine(server._folder.FullName, Path.GetFileName(file)), Shortened(await File.ReadAllTextAsync(file, Token), patience), Token);
        await File.WriteAllTextAsync(
            Path.Combine(server._folder.FullName, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: ['{{server._folder.FullName}}/alerts.yml', '{{server._folder.FullName}}/recording.yml']
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['{{server.AlertmanagerAddress}}'] }] }] }
            scrape_configs:
              - job_name: claude_bot
                file_sd_configs: [{ files: ['{{server._folder.FullName}}/targets.json'], refresh_interval: 1s }]
            """,
            Token);
        await server.WriteTargetsAsync();
        server._process = Process.Start(new ProcessStartInfo("prometheus",
        [
            $"--config.file={server._folder.FullName}/prometheus.yml",
            $"--storage.tsdb.path={server._folder.FullName}/data",
            $"--web.listen-address=127.0.0.1:{server._port}",
            "--log.level=error",
        ]))!;
        await server.WhenAsync("vector(1)", values => values.Count == 1);
        return server;
    }

    public async Task ScrapeAsync(int port)
    {
        _targets.Add(new JsonObject { ["targets"] = new JsonArray($"127.0.0.1:{port}") });
        await WriteTargetsAsync();
    }

    /// <summary>Completes when this alert has been sent once.</summary>
    public async Task WhenFiredAsync(string alert)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_fired.ContainsKey(alert))
                return;
            _waiting.Add((alert, heard));
        }

        try
        {
            await heard.Task.WaitAsync(Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{alert} was not sent; sent were: {string.Join(", ", _fired.Keys.Order())}.");
        }
    }

    /// <summary>The values of an instant query.</summary>
    public async Task<IReadOnlyList<(JsonNode Labels, double Value)>> QueryAsync(string query)
    {
        var answer = JsonNode.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}"), Token))!;
        answer["status"]!.GetValue<string>().ShouldBe("success", query);
        answer["data"]!["resultType"]!.GetValue<string>().ShouldBe("vector", query);
        return [.. answer["data"]!["result"]!.AsArray().Select(sample => (sample!["metric"]!, double.Parse(sample["value"]![1]!.GetValue<string>().Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)))];
    }

    /// <summary>Asks again until the values fit: a scrape gives no signal.</summary>
    public async Task<IReadOnlyList<(JsonNode Labels, double Value)>> WhenAsync(string query, Func<IReadOnlyList<(JsonNode Labels, double Value)>, bool> fits)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (true)
        {
            try
            {
                if (await QueryAsync(query) is var values && fits(values))
                    return values;
            }
            catch (HttpRequestException) when (_process is { HasExited: false })
            {
                // It is still starting.
            }

            try
            {
                await timer.WaitForNextTickAsync(Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The values of '{query}' never were as awaited.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _http.Dispose();
        if (_alertmanager is not null)
            await _alertmanager.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string AlertmanagerAddress => new Uri(_alertmanager!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    private static string Shortened(string rules, string patience) => Window().Replace(Patience().Replace(rules, $"for: {patience}"), "[20s]");

    private async Task StartAlertmanagerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _alertmanager = builder.Build();
        _alertmanager.MapPost("/api/v2/alerts", async (HttpContext http) => Hear((await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!.AsArray()));
        await _alertmanager.StartAsync(Token);
    }

    private void Hear(JsonArray alerts)
    {
        lock (_lock)
        {
            foreach (var alert in alerts)
            {
                var name = alert!["labels"]!["alertname"]!.GetValue<string>();
                _fired.TryAdd(name, alert.DeepClone());
                foreach (var waiting in _waiting.Where(waiting => waiting.Alert == name))
                    waiting.Heard.TrySetResult();
            }
        }
    }

    private async Task WriteTargetsAsync()
    {
        var file = Path.Combine(_folder.FullName, "targets.json");
        await File.WriteAllTextAsync(file + ".new", _targets.ToJsonString(), Token);
        File.Move(file + ".new", file, overwrite: true);
    }

    [GeneratedRegex(@"for: \d+[mh]")]
    private static partial Regex Patience();

    /// <summary>What has stopped must leave the short window; the long ones only have to hold all of a test, however slow the machine.</summary>
    [GeneratedRegex(@"\[5m\]")]
    private static partial Regex Window();
}
