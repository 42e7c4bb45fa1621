using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>One caller's work in the writer's queue. Its caller is answered after the commit, not before.</summary>
internal abstract class WriteJob
{
    /// <summary>False when the caller has gone before the work began: it is left out.</summary>
    public abstract bool Begin();

    public abstract void Run(SqliteConnection connection);

    /// <summary>The work threw and was undone; the caller hears of it with the commit of the others.</summary>
    public abstract void SetFault(Exception exception);

    /// <summary>The transaction is durable.</summary>
    public abstract void Complete();

    /// <summary>The transaction came to nothing.</summary>
    public abstract void Fail(Exception exception);
}

internal sealed class WriteJob<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : WriteJob
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;
    private T? _result;

    public Task<T> Completion => _completion.Task;

    public override bool Begin() => !cancellationToken.IsCancellationRequested || !_completion.TrySetCanceled(cancellationToken);

    public override void Run(SqliteConnection connection) => _result = work(connection);

    public override void SetFault(Exception exception) => _fault = exception;

    public override void Complete()
    {
        if (_fault is null)
            _completion.TrySetResult(_result!);
        else
            _completion.TrySetException(_fault);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(_fault ?? exception);
}
