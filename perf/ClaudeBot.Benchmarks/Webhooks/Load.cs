using System.Globalization;
using System.Text.Json;
using ClaudeBot.Processes;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>What one load showed. Latencies in milliseconds.</summary>
/// <param name="Acknowledged">Deliveries answered with success.</param>
internal sealed record LoadResult(long Acknowledged, double PerSecond, double P50, double P99);

/// <summary>Signed deliveries from 64 connections of wrk, each sent as soon as the one before is answered.</summary>
internal sealed class Load(string bodyFile, string signature, ProcessRunner processes)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    /// <summary>Loads the server; any refusal or broken connection fails the run.</summary>
    /// <exception cref="BenchmarkException"/>
    public async Task<LoadResult> RunAsync(Uri target, TimeSpan length, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Webhooks", "deliveries.lua");
        var run = await processes.RunAsync(
            new ProcessRequest
            {
                Program = "wrk",
                Arguments =
                [
                    "-t1", $"-c{WebhookPlan.Connections}", string.Create(CultureInfo.InvariantCulture, $"-d{(int)length.TotalSeconds}s"), "--timeout", "10s",
                    "-s", script, target.ToString(), "--", bodyFile, signature, Guid.NewGuid().ToString(),
                ],
                WorkingDirectory = Path.GetDirectoryName(bodyFile)!,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
            },
            cancellationToken);
        const string mark = "RESULT ";
        if (!run.Succeeded || run.Output.Split('\n').FirstOrDefault(l => l.StartsWith(mark, StringComparison.Ordinal)) is not { } line)
            throw new BenchmarkException($"wrk failed: {run.Error}{run.Output}");

        var words = JsonSerializer.Deserialize<Words>(line[mark.Length..], Form)!;
        if (words.Refused + words.Broken > 0)
            throw new BenchmarkException($"{target}: {words.Refused} deliveries were refused and {words.Broken} connections broke.");
        return new LoadResult(words.Requests, words.Requests / (words.Microseconds / 1e6), words.P50 / 1e3, words.P99 / 1e3);
    }

    private sealed record Words(long Requests, long Microseconds, double P50, double P99, long Refused, long Broken);
}
