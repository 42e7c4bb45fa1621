using System.Net.Http.Headers;
using ClaudeBot.Benchmarks.Measurement;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>One contender's turn.</summary>
/// <param name="CpuMicroseconds">Processor time of the server for each delivery.</param>
/// <param name="PeakMegabytes">The most memory the server held.</param>
/// <param name="Acknowledged">Deliveries acknowledged from start to end, warm-up included.</param>
/// <param name="Stored">Deliveries in the ledger after the server was killed; null: it keeps none.</param>
internal sealed record BoutResult(
    string Contender, int Round, double PerSecond, double P50, double P99, double CpuMicroseconds, double PeakMegabytes, long Acknowledged, long? Stored);

/// <summary>Starts a contender afresh, warms it up, measures it, kills it and counts what it kept.</summary>
internal sealed class Bout(WebhookPlan plan, byte[] body, string signature, Load load, TimeProvider time)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public async Task<BoutResult> RunAsync(Contender contender, int round, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(plan.Scratch, "turn");
        var data = Path.Combine(folder, "data");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var port = Machine.FreePort();
        var target = new Uri($"http://127.0.0.1:{port}{contender.Path}");
        var log = Path.Combine(plan.Scratch, $"{contender.Name.Replace(' ', '-')}.log");
        using var server = new ServerProcess(contender.Command(port), folder, log, contender.Environment(port, data));
        using var http = new HttpClient();

        await WaitUntilReadyAsync(http, server, contender, target, log, cancellationToken);
        var warmUp = await load.RunAsync(target, plan.WarmUp, cancellationToken);
        var processorTime = server.ProcessorTime;
        var measured = await load.RunAsync(target, plan.Duration, cancellationToken);
        processorTime = server.ProcessorTime - processorTime;
        if (await SendAsync(http, target, cancellationToken) != contender.Accepted)
            throw new BenchmarkException($"{contender.Name} refuses deliveries after the load; see {log}.");

        var peak = server.PeakMegabytes;
        await server.KillAsync(cancellationToken);
        var acknowledged = warmUp.Acknowledged + measured.Acknowledged + 2;
        var stored = contender.IsDurable ? CountStored(data) : (long?)null;
        RequireNoneLost(contender, acknowledged, stored);
        Directory.Delete(folder, recursive: true);
        return new BoutResult(
            contender.Name, round, measured.PerSecond, measured.P50, measured.P99, processorTime.TotalMicroseconds / measured.Acknowledged, peak, acknowledged, stored);
    }

    private async Task WaitUntilReadyAsync(
        HttpClient http, ServerProcess server, Contender contender, Uri target, string log, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < StartLimit && !server.HasEnded)
        {
            var status = await SendAsync(http, target, cancellationToken);
            if (status == contender.Accepted)
                return;
            if (status is not null)
                throw new BenchmarkException($"{contender.Name} answers a valid delivery with {status}; see {log}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        throw new BenchmarkException($"{contender.Name} did not start; see {log}.");
    }

    /// <summary>Delivers once; the status, or null when nobody listens.</summary>
    private async Task<int?> SendAsync(HttpClient http, Uri target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", "issues");
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", signature);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>wrk ends with requests under way: each of its two loads may leave that many stored and unanswered.</summary>
    private static void RequireNoneLost(Contender contender, long acknowledged, long? stored)
    {
        if (stored is { } kept && (kept < acknowledged || kept > acknowledged + (2 * WebhookPlan.Connections)))
            throw new BenchmarkException($"{contender.Name} acknowledged {acknowledged} deliveries and holds {kept}.");
    }

    private static long CountStored(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "ledger.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM deliveries";
        return (long)command.ExecuteScalar()!;
    }
}
