using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClaudeBot.StatusWeb.Reports;

/// <summary>
/// The latest report of each bot, kept in memory and in <c>{bot_id}.json</c>, where an earlier process left them. The
/// objects are the bots' own; added are <c>bot_id</c>, <c>received_at</c> and, where absent, <c>timestamp</c>.
/// </summary>
public sealed partial class BotReports : IDisposable
{
    private const int MostBots = 500;

    /// <summary>Bytes of all reports together: they are kept in memory.</summary>
    private const long MostBytes = 32 * 1024 * 1024;
    private const string Details = "details";

    // In the order in which a list of bots is read: what works first.
    private static readonly string[] Order = ["running", "healthy", "idle", "unhealthy", "offline"];

    private readonly ConcurrentDictionary<string, BotReport> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _bytes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly StatusWebOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Reads the reports on disk; a file that is no report is left where it is and passed over.</summary>
    public BotReports(StatusWebOptions options, TimeProvider time, ILogger<BotReports> logger)
    {
        (_options, _time) = (options, time);
        Directory.CreateDirectory(options.DataDirectory);
        foreach (var file in Directory.EnumerateFiles(options.DataDirectory, "*.json"))
        {
            try
            {
                var (id, bytes) = (Path.GetFileNameWithoutExtension(file), new FileInfo(file).Length);
                if (!IsId(id))
                    continue;
                if (Objection(id, bytes) is { } objection)
                    Log.Unreadable(logger, Path.GetFileName(file), objection);
                else if (JsonNode.Parse(File.ReadAllText(file)) is JsonObject report)
                    (_byId[id], _bytes[id]) = (Taken(report), bytes);
            }
            catch (Exception e) when (e is System.Text.Json.JsonException or IOException or ArgumentException)
            {
                Log.Unreadable(logger, Path.GetFileName(file), e.Message);
            }
        }
    }

    /// <summary>A report came in. Handlers return at once.</summary>
    public event Action? Changed;

    /// <summary>True for what may name a bot: letters, digits, <c>. _ -</c>, at most 64.</summary>
    public static bool IsId(string? text) => Id().IsMatch(text ?? "");

    /// <summary>Stores a report; durable when it returns.</summary>
    /// <returns>Why there is no room for it; null when it was stored.</returns>
    /// <exception cref="ArgumentException"><paramref name="botId"/> is not <see cref="IsId"/>.</exception>
    /// <exception cref="NotStoredException">It cannot be stored; the bot's former report stands.</exception>
    public async Task<string?> AcceptAsync(string botId, JsonObject report, CancellationToken cancellationToken)
    {
        if (!IsId(botId))
            throw new ArgumentException($"'{botId}' cannot name a bot.", nameof(botId));
        var now = Stamp(_time.GetUtcNow());
        report["bot_id"] = botId;
        report["received_at"] = now;
        report["timestamp"] ??= now;

        await _writing.WaitAsync(cancellationToken);
        try
        {
            var content = System.Text.Encoding.UTF8.GetBytes(report.ToJsonString());
            if (Objection(botId, content.Length) is { } objection)
                return objection;
            await WholeFile.WriteAsync(Path.Combine(_options.DataDirectory, botId + ".json"), content, cancellationToken);
            (_byId[botId], _bytes[botId]) = (Taken(report), content.Length);
        }
        finally
        {
            _writing.Release();
        }

        Changed?.Invoke();
        return null;
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>A bot's report as of now; null when it never reported.</summary>
    public BotReport? Find(string botId) => _byId.TryGetValue(botId, out var report) ? AsOfNow(report) : null;

    /// <summary>All reports as of now, what works first.</summary>
    public IReadOnlyList<BotReport> All() =>
        [.. _byId.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => AsOfNow(pair.Value)).OrderBy(Rank)];

    /// <summary>How many bots are fresh and not ill.</summary>
    public int CountActive() => _byId.Values.Count(report => AsOfNow(report).IsActive);

    internal static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string? Objection(string botId, long bytes)
    {
        if (_byId.Count >= MostBots && !_byId.ContainsKey(botId))
            return $"Too many bots: {MostBots} have reported. Remove the files of those that are gone from STATUS_DATA_DIR and restart the status web";
        return _bytes.Values.Sum() - _bytes.GetValueOrDefault(botId) + bytes > MostBytes
            ? $"All reports together may have {MostBytes} bytes, and there is no room for these {bytes}. Remove the files of bots that are gone from STATUS_DATA_DIR and restart the status web"
            : null;
    }

    private static BotReport Taken(JsonObject report)
    {
        var details = report[Details];
        report.Remove(Details);
        return new BotReport(report, BotDetails.Read(details), BotReport.Time(BotReport.Text(report, "received_at")));
    }

    private BotReport AsOfNow(BotReport report)
    {
        if (report.ReceivedAt is { } at && _time.GetUtcNow() - at <= 2.5 * _options.ReportInterval)
            return report;
        var copy = report.Fields.DeepClone().AsObject();
        copy["status"] = "offline";
        copy["health"] = "offline";
        return report with { Fields = copy };
    }

    private static int Rank(BotReport report) => Array.IndexOf(Order, report.Status) is >= 0 and var rank ? rank : Order.Length;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Id();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The stored report {File} cannot be read and is passed over: {Reason}")]
        public static partial void Unreadable(ILogger logger, string file, string reason);
    }
}
