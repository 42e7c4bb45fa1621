using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>The switch that stops claims, within somebody's transaction.</summary>
internal static class QueuePause
{
    private const string Name = "queue.paused";

    public static string? Reason(SqliteConnection connection) =>
        connection.ExecuteScalar<string?>("SELECT value FROM settings WHERE name = @Name", new { Name });

    public static int Set(SqliteConnection connection, string reason, string by, long now)
    {
        connection.Execute(
            "INSERT INTO settings (name, value) VALUES (@Name, @reason) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            new { Name, reason });
        return EventTable.Append(connection, new EventRow { At = now, Kind = "queue.paused", Actor = by, Message = $"Paused: {reason}" });
    }

    public static int Clear(SqliteConnection connection, string by, long now) =>
        connection.Execute("DELETE FROM settings WHERE name = @Name", new { Name }) == 0
            ? 0
            : EventTable.Append(connection, new EventRow { At = now, Kind = "queue.resumed", Actor = by, Message = "Resumed." });
}
