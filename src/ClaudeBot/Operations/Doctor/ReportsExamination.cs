using ClaudeBot.StatusWeb;
using ClaudeBot.StatusWeb.Reports;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Operations.Doctor;

/// <summary>Bots report to a status web that stands alone, and there is a token by which they may.</summary>
internal sealed class ReportsExamination(StatusWebOptions options, TimeProvider time) : IExamination
{
    private const string Token = "status token";

    public string Subject => "reports";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        yield return options.Token.Current() is null
            ? Finding.Fault(Token, FaultKind.Configuration, "STATUS_TOKEN is not set, so no bot's report is taken and nobody can sign in", "Set the same STATUS_TOKEN here and for the bots: openssl rand -hex 24")
            : Finding.Ok(Token, "STATUS_TOKEN is set");
        if (!Directory.Exists(options.DataDirectory))
            yield break; // Told above.
        using var reports = new BotReports(options, time, NullLogger<BotReports>.Instance);
        var all = reports.All();
        if (all.Count == 0)
            yield return Finding.Warning(Subject, "no bot has reported yet", "Give a bot this web's address as STATUS_WEB_URL and the same STATUS_TOKEN; it reports at its start");
        foreach (var bot in all)
        {
            var since = bot.ReceivedAt is { } at ? $"{at:u}" : "an unknown time";
            yield return bot.IsOffline
                ? Finding.Warning(Subject, $"{bot.Id} has not reported since {since}", "Look whether it runs, and for 'status not reported' in its log; when it is gone for good, remove its file from STATUS_DATA_DIR and restart the status web")
                : Finding.Ok(Subject, $"{bot.Id} reported at {since}");
        }
    }
}
