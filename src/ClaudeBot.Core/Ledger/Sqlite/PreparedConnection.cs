using System.Data;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// A connection that keeps its statements compiled: the ledger asks the same few hundred questions again and again, and SQLite takes
/// as long to understand most of them as to answer. For one thread at a time, as every connection.
/// </summary>
internal sealed class PreparedConnection(string connectionString) : SqliteConnection(connectionString)
{
    /// <summary>More than the ledger has; what is put together of parts must not fill the memory.</summary>
    private const int MostStatements = 400;

    private readonly Dictionary<string, SqliteCommand> _idle = new(StringComparer.Ordinal);

    public override SqliteCommand CreateCommand() => new Command(this);

    protected override void Dispose(bool disposing)
    {
        foreach (var statement in _idle.Values)
            statement.Dispose();
        _idle.Clear();
        base.Dispose(disposing);
    }

    private SqliteCommand Take(string text) => _idle.Remove(text, out var statement) ? statement : new SqliteCommand(text, this);

    private void GiveBack(SqliteCommand statement)
    {
        statement.Parameters.Clear();
        if (State != ConnectionState.Open || _idle.Count >= MostStatements || !_idle.TryAdd(statement.CommandText, statement))
            statement.Dispose();
    }

    /// <summary>Runs the statement that is compiled already, if there is one, and gives it back when it is disposed of.</summary>
    private sealed class Command(PreparedConnection connection) : SqliteCommand("", connection)
    {
        private SqliteCommand? _statement;

        public override SqliteDataReader ExecuteReader(CommandBehavior behavior)
        {
            if (_statement is null || _statement.CommandText != CommandText)
            {
                Return();
                _statement = connection.Take(CommandText);
            }

            _statement.Parameters.Clear();
            foreach (SqliteParameter parameter in Parameters)
                _statement.Parameters.Add(parameter);
            _statement.Transaction = Transaction;
            _statement.CommandTimeout = CommandTimeout;
            try
            {
                return _statement.ExecuteReader(behavior);
            }
            catch
            {
                // In what state it is left is not known.
                _statement.Dispose();
                _statement = null;
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Return();
            base.Dispose(disposing);
        }

        private void Return()
        {
            if (_statement is { } statement)
                connection.GiveBack(statement);
            _statement = null;
        }
    }
}
