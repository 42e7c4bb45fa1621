using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Ledger;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.StatusWeb.Reports;

/// <summary>What a bot tells the status web beside its status, for the pages: member <c>details</c> of a report.</summary>
/// <param name="Tasks">Those that run, ask or wait next, then those that ended last.</param>
/// <param name="Configuration">As it is obeyed, secrets masked.</param>
public sealed record BotDetails(
    BotSystem System,
    IReadOnlyList<RateLimit> RateLimits,
    WorkHistory History,
    IReadOnlyList<TaskDetails> Tasks,
    IReadOnlyList<SecurityEvent> SecurityEvents,
    IReadOnlyList<ShownSetting> Configuration)
{
    private static readonly JsonSerializerOptions Strict = new(StatusJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Reads what a bot sent; null when it is of another version, which costs the details and nothing else.</summary>
    public static BotDetails? Read(JsonNode? sent)
    {
        try
        {
            return sent.Deserialize<BotDetails>(Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>The program and the machine beneath it.</summary>
/// <param name="Agent">Which agent does the work.</param>
/// <param name="MemoryBytes">What the process holds.</param>
/// <param name="DiskFreeBytes">Of the volume that has the data folder.</param>
public sealed record BotSystem(
    string Version, string Runtime, string OperatingSystem, string Machine, int Processors, string Agent, DateTimeOffset StartedAt,
    long MemoryBytes, long DiskFreeBytes, long DiskBytes, long LedgerBytes, string DataDirectory);

/// <summary>What GitHub last said about one of its limits; counts are calls.</summary>
public sealed record RateLimit(string Resource, long Limit, long Remaining, DateTimeOffset ResetsAt)
{
    /// <summary>From 0, nothing left, to 1.</summary>
    public double Share => Limit <= 0 ? 1 : Math.Clamp((double)Remaining / Limit, 0, 1);
}

/// <summary>A setting for people.</summary>
/// <param name="Origin">Where the value was found: <c>default</c>, <c>environment</c>, a file.</param>
public sealed record ShownSetting(string Name, string Value, string Origin);

/// <summary>An entry of the event log that a person who looks after safety wants to see.</summary>
public sealed record SecurityEvent(long Sequence, DateTimeOffset At, string Kind, string Actor, string Message, string? TaskId)
{
    /// <summary>The kinds of them: who signed in and what he ordered, what was stopped, what was put back from a copy.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "operator.signed_in", "operator.cancel", "operator.retry", "operator.priority", "operator.pause", "operator.resume",
        "gate.blocked", "gate.reduced", "egress.blocked", "command.refused", "spool.quarantined", "task.worker_died", "data.restored", "data.pruned", "events.pruned",
    ];

    internal static SecurityEvent Of(LedgerEvent entry) => new(entry.Sequence, entry.At, entry.Kind, entry.Actor, entry.Message, entry.TaskId?.Value);
}
