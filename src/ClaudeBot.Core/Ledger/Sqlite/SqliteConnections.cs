using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Opens connections to the ledger file with the settings that its durability rests on.</summary>
internal sealed class SqliteConnections(LedgerOptions options)
{
    /// <summary>
    /// From 3.7.0 to 3.51.2 two connections that write or checkpoint at once can corrupt a database in WAL mode
    /// (sqlite.org/wal.html, "the WAL-reset bug").
    /// </summary>
    private static readonly Version OldestSafe = new(3, 51, 3);

    public string DatabasePath => options.DatabasePath;

    /// <exception cref="LedgerVersionException">The engine is older than 3.51.3.</exception>
    public static void EnsureSafe(string engineVersion)
    {
        if (Version.Parse(engineVersion) < OldestSafe)
        {
            throw new LedgerVersionException(
                $"SQLite {engineVersion} can corrupt a database in WAL mode; the ledger needs {OldestSafe} or newer. Use the SQLite that ships with the bot, or a newer one.");
        }
    }

    /// <summary>The one connection that writes. Makes the file, for its owner only, when it is not there.</summary>
    public SqliteConnection OpenWriter()
    {
        CreateFile();
        var connection = Open(SqliteOpenMode.ReadWrite, pooled: false);
        EnsureSafe(connection.ServerVersion);
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        return connection;
    }

    /// <summary>
    /// A connection that only reads, from a pool. Its few waits (for the recovery of a log) are those of the driver, so that nothing has
    /// to be set at each of its many openings.
    /// </summary>
    public SqliteConnection OpenReader() => Open(SqliteOpenMode.ReadOnly, pooled: true);

    /// <summary>A connection that can copy the file, which it does not change.</summary>
    public SqliteConnection OpenCopier() => Open(SqliteOpenMode.ReadOnly, pooled: false);

    public void ClearPool()
    {
        using var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadOnly, pooled: true));
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open(SqliteOpenMode mode, bool pooled)
    {
        var connection = new SqliteConnection(ConnectionString(mode, pooled));
        try
        {
            connection.Open();
            if (!pooled)
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)options.LockTimeout.TotalMilliseconds}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string ConnectionString(SqliteOpenMode mode, bool pooled) => new SqliteConnectionStringBuilder
    {
        DataSource = options.DatabasePath,
        Mode = mode,
        Pooling = pooled,
        DefaultTimeout = Math.Max(1, (int)options.LockTimeout.TotalSeconds),
    }.ToString();

    /// <summary>SQLite gives the WAL and its index the mode of the main file.</summary>
    private void CreateFile()
    {
        OwnerOnly.CreateDirectory(options.DataDirectory);
        // Not opened when it is there: closing any handle on it would drop the locks that SQLite holds in this process
        // (sqlite.org/howtocorrupt.html, 2.2).
        if (!File.Exists(options.DatabasePath))
        {
            try
            {
                OwnerOnly.OpenFile(options.DatabasePath, FileMode.CreateNew).Dispose();
            }
            catch (IOException) when (File.Exists(options.DatabasePath))
            {
                // Another process on the same folder made it meanwhile.
            }
        }

        OwnerOnly.Restrict(options.DatabasePath);
    }
}
