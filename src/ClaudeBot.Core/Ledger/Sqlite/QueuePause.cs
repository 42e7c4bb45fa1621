using System.Globalization;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>The switch that stops claims, within somebody's transaction.</summary>
internal static class QueuePause
{
    private const string Name = "queue.paused";
    private const string ByName = "queue.paused_by";
    private const string SinceName = "queue.paused_at";

    public static string? Reason(SqliteConnection connection) => Setting(connection, Name);

    public static PausedQueue? Read(SqliteConnection connection) => Reason(connection) is not { } reason
        ? null
        : new PausedQueue(
            reason,
            Setting(connection, ByName) ?? "operator",
            Setting(connection, SinceName) is { } since ? LedgerUnits.ToTime(long.Parse(since, CultureInfo.InvariantCulture)) : null);

    public static int Set(SqliteConnection connection, string reason, string by, long now)
    {
        connection.Execute(
            "INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new[]
            {
                new { name = Name, value = reason },
                new { name = ByName, value = by },
                new { name = SinceName, value = now.ToString(CultureInfo.InvariantCulture) },
            });
        return EventTable.Append(connection, new EventRow { At = now, Kind = "queue.paused", Actor = by, Message = $"Paused: {reason}" });
    }

    public static int Clear(SqliteConnection connection, string by, long now) =>
        connection.Execute("DELETE FROM settings WHERE name IN (@Name, @ByName, @SinceName)", new { Name, ByName, SinceName }) == 0
            ? 0
            : EventTable.Append(connection, new EventRow { At = now, Kind = "queue.resumed", Actor = by, Message = "Resumed." });

    private static string? Setting(SqliteConnection connection, string name) =>
        connection.ExecuteScalar<string?>("SELECT value FROM settings WHERE name = @name", new { name });
}
