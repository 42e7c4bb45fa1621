using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Benchmarks.Measurement;
using ClaudeBot.Playground;
using ClaudeBot.Processes;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>The webhook door beside probot: same body, same secret, same load, in turns.</summary>
internal sealed class WebhookBenchmark(WebhookPlan plan, TimeProvider time)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Machine.RequireDisk(plan.Scratch);
        var loadAtStart = Machine.CurrentLoad();
        var body = Payload.Create();
        var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
        var bodyFile = Path.Combine(plan.Scratch, "body.json");
        await File.WriteAllBytesAsync(bodyFile, body, cancellationToken);

        await using var gitHub = await StartGitHubAsync(cancellationToken);
        var bout = new Bout(plan, body, signature, new Load(bodyFile, signature, new ProcessRunner(time)), time);
        var contenders = new Contenders(plan, secret, gitHub).All;
        var results = new List<BoutResult>();
        var calibrations = new List<Calibration>();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            calibrations.Add(Calibration.Measure(plan.Scratch, body, time));
            foreach (var contender in contenders)
            {
                results.Add(await bout.RunAsync(contender, round, cancellationToken));
                Report.Say($"round {round} {contender.Name}: {Report.Number(results[^1].PerSecond)}/s");
            }
        }

        await ReportAsync(contenders, results, calibrations, body.Length, Machine.Look(plan.Scratch, loadAtStart), cancellationToken);
        return 0;
    }

    /// <summary>The bot looks at its repository when it starts; there is nothing to do in it.</summary>
    private async Task<PlaygroundHost> StartGitHubAsync(CancellationToken cancellationToken)
    {
        var gitHub = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(plan.Scratch, "github"), Time = time }, cancellationToken);
        gitHub.GitHub.AddUser("acme", "benchmark-token");
        await gitHub.GitHub.CreateRepositoryAsync("acme/shop", new Dictionary<string, string> { ["README.md"] = "# Shop\n" }, cancellationToken);
        return gitHub;
    }

    private async Task ReportAsync(
        IReadOnlyList<Contender> contenders, List<BoutResult> results, List<Calibration> calibrations, int bytes, Machine machine, CancellationToken cancellationToken)
    {
        double Median(string contender, Func<BoutResult, double> figure) => Samples.Median(results.Where(r => r.Contender == contender).Select(figure));
        // Within a round, where both met the same machine; then the median of the rounds.
        double OfProbot(string contender, Func<BoutResult, double> figure) => Samples.Median(
            from own in results
            where own.Contender == contender
            select figure(own) / figure(results.Single(peer => peer.Contender == Contenders.Probot && peer.Round == own.Round)));
        double Ratio(string contender) => OfProbot(contender, r => r.PerSecond);

        Report.Print(
            $"Deliveries of {bytes} bytes, {WebhookPlan.Connections} connections, medians of {plan.Rounds} rounds",
            ["", "per second", "of probot", "p50 ms", "p99 ms", "CPU µs each", "peak MiB", "durable"],
            contenders.Select(c => new[]
            {
                c.Name,
                Report.Number(Median(c.Name, r => r.PerSecond)),
                Report.Number(Ratio(c.Name), "N2"),
                Report.Number(Median(c.Name, r => r.P50), "N1"),
                Report.Number(Median(c.Name, r => r.P99), "N1"),
                Report.Number(Median(c.Name, r => r.CpuMicroseconds)),
                Report.Number(Median(c.Name, r => r.PeakMegabytes)),
                c.IsDurable ? "yes" : "no",
            }));
        var syncs = Samples.Median(calibrations.Select(c => c.SyncsPerSecond));
        var hmacs = Samples.Median(calibrations.Select(c => c.HmacsPerSecond));
        Report.Say($"Calibration: {Report.Number(syncs)} fdatasync/s of 4 KiB, {Report.Number(hmacs)} HMAC/s of the body on one core. {machine}");
        var ratios = contenders.Where(c => c.IsDurable).ToDictionary(
            c => c.Name,
            c => new { PerSecondOfProbot = Ratio(c.Name), CpuOfProbot = OfProbot(c.Name, r => r.CpuMicroseconds), P99OfProbot = OfProbot(c.Name, r => r.P99), DeliveriesPerSync = Median(c.Name, r => r.PerSecond) / syncs });
        foreach (var (name, ratio) in ratios)
            Report.Say($"{name}: {Report.Number(ratio.PerSecondOfProbot, "N2")}x probot's rate, {Report.Number(ratio.DeliveriesPerSync, "N2")}x the disk's fdatasync rate; nothing acknowledged was lost");
        var path = await Report.SaveAsync(
            plan.Output,
            "webhooks",
            new { At = time.GetUtcNow(), Machine = machine, BodyBytes = bytes, plan.IsVerbose, Ratios = ratios, Calibrations = calibrations, Rounds = results },
            cancellationToken);
        Report.Say(path);
    }
}
