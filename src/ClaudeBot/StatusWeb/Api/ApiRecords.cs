using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.StatusWeb.Api;

/// <summary>Why a request was not done.</summary>
public sealed record ErrorRecord(string Error);

/// <summary>The reports of all bots, what works first.</summary>
public sealed record StatusList(IReadOnlyList<JsonObject> Statuses, int Count, string LastUpdated);

/// <summary>A report was stored.</summary>
public sealed record ReportTaken(bool Success, string Message, string Timestamp);

/// <summary>Who has reported.</summary>
public sealed record BotList(IReadOnlyList<string> BotIds, int Count);

/// <summary>How the bots are, taken together.</summary>
/// <param name="Status"><c>healthy</c>, or <c>unhealthy</c> when no bot is fresh and well.</param>
/// <param name="ActiveBots">How many are.</param>
/// <param name="Uptime">Of this web.</param>
public sealed record HealthRecord(string Status, string Timestamp, int ActiveBots, string Uptime);

/// <summary>This web answers.</summary>
public sealed record LifeRecord(string Status, string Timestamp);

/// <summary>What an action takes; every part may be left out but a priority that is to be set, and the reason of a pause.</summary>
/// <param name="Priority"><c>low</c>, <c>medium</c>, <c>high</c> or <c>urgent</c>.</param>
/// <param name="Bot">Where the web has no ledger: whose queue is meant; left out: that of every bot that takes orders.</param>
public sealed record OrderBody(string? Reason, string? Priority, string? Bot);

/// <summary>An action on a task was done.</summary>
public sealed record TaskActed(bool Success, TaskRecord Task);

/// <summary>An action on the queue was done.</summary>
public sealed record QueueActed(bool Success, bool Paused, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Reason = null);
