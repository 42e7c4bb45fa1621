using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// The one writer. Its loop begins a transaction, takes every job that is queued, runs each in a savepoint, commits
/// once (one fsync), then answers all callers. A job that throws undoes itself only; a fault of the machine fails the
/// callers of that batch, and the loop lives on.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestBatch = 512;

    private readonly Channel<WriteJob> _queue = Channel.CreateUnbounded<WriteJob>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteConnections _connections;
    private readonly Task _loop;
    private SqliteConnection? _connection;
    private long _commits;

    /// <param name="connections">Opens another connection when the first broke.</param>
    /// <param name="connection">Open; owned from now on.</param>
    public SqliteWriter(SqliteConnections connections, SqliteConnection connection)
    {
        _connections = connections;
        _connection = connection;
        // SQLite's calls block; they get a thread of their own instead of one from the pool.
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Runs the job in a transaction and gives its result; durable when it returns.</summary>
    /// <exception cref="LedgerUnavailableException">Nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> job, CancellationToken cancellationToken)
    {
        var queued = new WriteJob<T>(job, cancellationToken);
        if (!_queue.Writer.TryWrite(queued))
            queued.Fail(new LedgerUnavailableException("The ledger is closed."));
        return queued.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private void Run()
    {
        var batch = new List<WriteJob>();
        while (WaitForJobs())
        {
            RunBatch(batch);
            batch.Clear();
        }

        _connection?.Dispose();
    }

    private bool WaitForJobs() => _queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void RunBatch(List<WriteJob> batch)
    {
        try
        {
            _connection ??= _connections.OpenWriter();
            _connection.Execute("BEGIN IMMEDIATE");
            Take(batch);
            foreach (var job in batch)
                RunJob(_connection, job);
            _connection.Execute("COMMIT");
            Interlocked.Increment(ref _commits);
        }
        catch (Exception exception)
        {
            Abandon();
            // Whoever came while another program held the ledger has waited too, and need not wait as long again.
            if (batch.Count == 0)
                Take(batch);
            var fault = SqliteFaults.ForCaller(exception, _connections.DatabasePath);
            foreach (var job in batch)
                job.Fail(fault);
            return;
        }

        foreach (var job in batch)
            job.Complete();
    }

    private void Take(List<WriteJob> batch)
    {
        while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var job))
            batch.Add(job);
    }

    private static void RunJob(SqliteConnection connection, WriteJob job)
    {
        if (!job.Begin())
            return;
        connection.Execute("SAVEPOINT job");
        try
        {
            job.Run(connection);
        }
        catch (Exception exception)
        {
            // A full disk or an I/O error may have undone the whole transaction (sqlite.org/lang_transaction.html):
            // then the jobs before this one are lost too, and the batch fails.
            if (raw.sqlite3_get_autocommit(connection.Handle) != 0 || SqliteFaults.ForCaller(exception, "") is LedgerUnavailableException)
                throw;
            connection.Execute("ROLLBACK TO job");
            job.SetFault(exception);
        }

        connection.Execute("RELEASE job");
    }

    /// <summary>Leaves no transaction open; a connection that cannot even do that is given up.</summary>
    private void Abandon()
    {
        try
        {
            if (_connection is not null && raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                _connection.Execute("ROLLBACK");
        }
        catch (Exception)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }
}
