using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Appends to the event log within somebody's transaction.</summary>
internal static class EventTable
{
    public static int Append(SqliteConnection connection, EventRow row) => connection.Execute(
        """
        INSERT INTO events (at, kind, actor, task_id, subject_repository, subject_number, message)
        VALUES (@At, @Kind, @Actor, @TaskId, @SubjectRepository, @SubjectNumber, @Message)
        """,
        row);
}
