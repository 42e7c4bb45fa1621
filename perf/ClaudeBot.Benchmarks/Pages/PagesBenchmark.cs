using System.Globalization;
using System.Text.RegularExpressions;
using ClaudeBot.Benchmarks.Measurement;
using ClaudeBot.Processes;

namespace ClaudeBot.Benchmarks.Pages;

/// <summary>One path under load, in milliseconds.</summary>
internal sealed record PageLoad(string Path, double FullP50, double FullP99, double EmptyP50, double EmptyP99);

/// <summary>Every page and list of the status web with many tasks, beside the same with one, in turns.</summary>
internal sealed partial class PagesBenchmark(string output, int tasks, TimeSpan duration, TimeProvider time)
{
    private const int Connections = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly string[] Paths =
    [
        "/", "/tasks", "/tasks?state=failed,dead", "/tasks?state=dead&repository=acme/rare", "/tasks?q=till", "/tasks?q=warehouse+till&state=dead", "/tasks?before=first", "/tasks/first", "/queue", "/security",
        "/configuration", "/system", "/openapi", "/api/tasks", "/api/tasks?state=failed,dead&limit=200", "/api/tasks?q=shop", "/api/tasks/first", "/api/status", "/api/bots", "/api/health",
    ];

    private readonly string _scratch = System.IO.Path.Combine(output, "pages");
    private readonly ProcessRunner _processes = new(time);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
        Machine.RequireDisk(_scratch);
        var loadAtStart = Machine.CurrentLoad();
        var (fullPort, emptyPort) = (Machine.FreePort(), Machine.FreePort());
        using var full = Start("full", fullPort, tasks);
        using var empty = Start("empty", emptyPort, 1);
        await ReadyAsync(full, fullPort, cancellationToken);
        await ReadyAsync(empty, emptyPort, cancellationToken);

        var results = new List<PageLoad>();
        foreach (var path in Paths)
        {
            var (fullP50, fullP99) = await LoadAsync(fullPort, path, cancellationToken);
            var (emptyP50, emptyP99) = await LoadAsync(emptyPort, path, cancellationToken);
            results.Add(new PageLoad(path, fullP50, fullP99, emptyP50, emptyP99));
        }

        var machine = Machine.Look(_scratch, loadAtStart);
        Report.Print(
            $"{Report.Number(tasks)} tasks beside one, {Connections} connections",
            ["Path", "p50 ms", "p99 ms", "p50 of the empty one's", "p99 of the empty one's"],
            results.Select(load => new[]
            {
                load.Path, Report.Number(load.FullP50, "0.00"), Report.Number(load.FullP99, "0.00"), Report.Number(load.FullP50 / load.EmptyP50, "0.00"), Report.Number(load.FullP99 / load.EmptyP99, "0.00"),
            }));
        Report.Say($"Worst p99: {Report.Number(results.Max(load => load.FullP99), "0.00")} ms. {machine}");
        Report.Say(await Report.SaveAsync(output, "pages", new { tasks, machine, results }, cancellationToken));
        return 0;
    }

    private ServerProcess Start(string name, int port, int held)
    {
        var data = Directory.CreateDirectory(System.IO.Path.Combine(_scratch, name)).FullName;
        return new ServerProcess(
            ["dotnet", System.IO.Path.Combine(AppContext.BaseDirectory, "ClaudeBot.Benchmarks.dll"), "status-web", "--data", data, "--port", Text(port), "--tasks", Text(held)],
            data,
            System.IO.Path.Combine(data, "log"),
            new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = data, ["DOTNET_NOLOGO"] = "1" });
    }

    private async Task ReadyAsync(ServerProcess server, int port, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health"), cancellationToken);
                return;
            }
            catch (HttpRequestException) when (!server.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }

    private async Task<(double P50, double P99)> LoadAsync(int port, string path, CancellationToken cancellationToken)
    {
        await WrkAsync(port, path, WarmUp, cancellationToken);
        var said = await WrkAsync(port, path, duration, cancellationToken);
        return (Percentile(said, "50%"), Percentile(said, "99%"));
    }

    private async Task<string> WrkAsync(int port, string path, TimeSpan length, CancellationToken cancellationToken)
    {
        var run = await _processes.RunAsync(
            new ProcessRequest
            {
                Program = "wrk",
                // With a token, so that the pages for operators are pages and no sign-in.
                Arguments = ["-t1", $"-c{Connections}", $"-d{Text((int)length.TotalSeconds)}s", "--latency", "-H", "Authorization: Bearer benchmark-token", $"http://127.0.0.1:{port}{path}"],
                WorkingDirectory = _scratch,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
            },
            cancellationToken);
        // /api/health is 503 without a bot, which is an answer here.
        return run.Succeeded && (!run.Output.Contains("Non-2xx", StringComparison.Ordinal) || path == "/api/health") && !run.Output.Contains("Socket errors", StringComparison.Ordinal)
            ? run.Output
            : throw new BenchmarkException($"{path}: {run.Error}{run.Output}");
    }

    private static double Percentile(string said, string which)
    {
        var match = Latency().Matches(said).First(found => found.Groups[1].Value == which);
        var value = double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[3].Value switch { "us" => value / 1000, "ms" => value, _ => value * 1000 };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+%)\s+([\d.]+)(us|ms|s)\b")]
    private static partial Regex Latency();
}
