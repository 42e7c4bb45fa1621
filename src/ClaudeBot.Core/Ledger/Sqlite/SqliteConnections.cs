using System.Globalization;
using System.Threading.Channels;
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

    private const int MostIdleReaders = 8;

    private readonly Channel<PreparedConnection> _readers = Channel.CreateBounded<PreparedConnection>(MostIdleReaders);

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
        var connection = Open(SqliteOpenMode.ReadWrite);
        EnsureSafe(connection.ServerVersion);
        connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        return connection;
    }

    /// <summary>Runs the work on a connection that only reads, and that the next one may use.</summary>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        var reader = _readers.Reader.TryRead(out var idle) ? idle : OpenReader();
        try
        {
            var result = work(reader);
            if (!_readers.Writer.TryWrite(reader))
                reader.Dispose();
            return result;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>A connection that can copy the file, which it does not change.</summary>
    public SqliteConnection OpenCopier() => Open(SqliteOpenMode.ReadOnly);

    public void CloseReaders()
    {
        _readers.Writer.TryComplete();
        while (_readers.Reader.TryRead(out var reader))
            reader.Dispose();
    }

    private PreparedConnection OpenReader()
    {
        var reader = Open(SqliteOpenMode.ReadOnly);
        reader.Execute("PRAGMA query_only = ON");
        return reader;
    }

    private PreparedConnection Open(SqliteOpenMode mode)
    {
        var connection = new PreparedConnection(ConnectionString(mode));
        try
        {
            connection.Open();
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)options.LockTimeout.TotalMilliseconds}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string ConnectionString(SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = options.DatabasePath,
        Mode = mode,
        Pooling = false,
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
