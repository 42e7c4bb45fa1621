using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Copies of the ledger: one file, as it was at one moment, and checked before anybody relies on it.</summary>
internal static class SqliteBackup
{
    /// <summary>
    /// Writes what is committed now to a new file that only its owner can open, flushed to the disk and checked. Readers
    /// and the writer go on meanwhile: in WAL mode the copy is one long read (sqlite.org/lang_vacuum.html#vacuuminto).
    /// </summary>
    /// <param name="source">Without <c>query_only</c>, which the copy's own pages would fall under, and in no transaction.</param>
    /// <exception cref="SqliteException">The source cannot be read or the file not written; what stands in the file is worth nothing.</exception>
    /// <exception cref="InvalidDataException">The copy is not what it should be.</exception>
    public static LedgerContent Write(SqliteConnection source, string file)
    {
        OwnerOnly.OpenFile(file, FileMode.CreateNew).Dispose();
        source.Execute("VACUUM INTO @file", new { file }, commandTimeout: 0);
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        var content = Verify(file);
        var schema = SqliteSchema.Applied(source).DefaultIfEmpty().Max();
        return content.Schema == schema ? content : throw new InvalidDataException($"the copy has schema {content.Schema}, the ledger {schema}");
    }

    /// <summary>Reads the whole file and tells what is in it; changes nothing.</summary>
    /// <exception cref="InvalidDataException">It is no ledger, or it is damaged.</exception>
    public static LedgerContent Verify(string file)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            var faults = connection.Query<string>("PRAGMA integrity_check(5)", commandTimeout: 0).Where(line => line != "ok").ToList();
            if (faults.Count > 0)
                throw new InvalidDataException($"it is damaged: {string.Join("; ", faults)}");
            if (SqliteSchema.Applied(connection) is not { Count: > 0 } applied)
                throw new InvalidDataException("it is a database, but no ledger of the bot");
            return new LedgerContent(
                applied.Max(),
                connection.Query<(string State, long Number)>("SELECT state, count(*) FROM tasks GROUP BY state")
                    .ToDictionary(row => TaskWords.ParseState(row.State), row => row.Number),
                connection.ExecuteScalar<long>("SELECT count(*) FROM deliveries"),
                connection.ExecuteScalar<long>("SELECT count(*) FROM deliveries WHERE decided_at IS NULL"),
                connection.ExecuteScalar<long>("SELECT count(*) FROM events"));
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"it is no ledger, or damaged ({exception.Message})", exception);
        }
    }
}
