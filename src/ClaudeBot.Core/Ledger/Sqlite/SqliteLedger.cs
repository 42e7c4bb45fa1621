using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// The ledger in one SQLite file: WAL, <c>synchronous=FULL</c>, one writer, many readers. Never <c>mmap</c>: with it a
/// stray write of the process can reach the file.
/// </summary>
public sealed class SqliteLedger : IAsyncDisposable
{
    private readonly LedgerOptions _options;
    private readonly SqliteConnections _connections;
    private readonly SqliteWriter _writer;

    /// <summary>Opens the file, makes it when it is not there, and brings it to this program's schema.</summary>
    /// <exception cref="LedgerVersionException">The file is of a newer program, or the engine is too old.</exception>
    /// <exception cref="LedgerUnavailableException">The file cannot be opened or written, or not copied before an upgrade.</exception>
    public SqliteLedger(LedgerOptions options, TimeProvider time)
    {
        _options = options;
        _connections = new SqliteConnections(options);
        SqliteConnection? connection = null;
        try
        {
            connection = _connections.OpenWriter();
            SqliteSchema.Migrate(connection, time, options.BackupDirectory);
            _writer = new SqliteWriter(_connections, connection);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            if (SqliteFaults.ForCaller(exception, options.DatabasePath) is LedgerUnavailableException unavailable)
                throw unavailable;
            throw;
        }
    }

    /// <summary>Looks, without changing anything, whether opening the file would upgrade it; null when not, or when there is none.</summary>
    /// <exception cref="LedgerUnavailableException">It cannot be read.</exception>
    public static LedgerUpgrade? PendingUpgrade(LedgerOptions options)
    {
        // An empty file is one that is being made.
        if (!File.Exists(options.DatabasePath) || new FileInfo(options.DatabasePath).Length == 0)
            return null;
        try
        {
            using var connection = new SqliteConnections(options).OpenCopier();
            return SqliteSchema.PendingUpgrade(connection);
        }
        catch (SqliteException exception) when (SqliteFaults.ForCaller(exception, options.DatabasePath) is LedgerUnavailableException unavailable)
        {
            throw unavailable;
        }
    }

    internal LedgerOptions Options => _options;

    /// <summary>Transactions committed since it was opened; each is one fsync.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Runs the work alone in a transaction; durable when it returns. The work must not wait for anything.</summary>
    /// <exception cref="LedgerUnavailableException">Nothing was written.</exception>
    internal Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(work, cancellationToken);

    /// <summary>Reads the last committed state, beside the writer.</summary>
    /// <exception cref="LedgerUnavailableException">It cannot be read now.</exception>
    internal Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            // SQLite has no asynchronous reads; these take well under a millisecond.
            return Task.FromResult(_connections.Read(work));
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(SqliteFaults.ForCaller(exception, _options.DatabasePath));
        }
    }

    /// <summary>Copies the last committed state to a new file, beside readers and the writer.</summary>
    /// <exception cref="SqliteException">It cannot be read, or the file not written.</exception>
    /// <exception cref="InvalidDataException">The copy is damaged.</exception>
    internal LedgerContent CopyTo(string file)
    {
        using var connection = _connections.OpenCopier();
        return SqliteBackup.Write(connection, file);
    }

    internal long Shrink()
    {
        using var connection = _connections.OpenWriter();
        var before = Size(connection);
        connection.Execute("VACUUM", commandTimeout: 0);
        return before - Size(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _connections.CloseReaders();
    }

    private static long Size(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("PRAGMA page_count") * connection.ExecuteScalar<long>("PRAGMA page_size");
}
