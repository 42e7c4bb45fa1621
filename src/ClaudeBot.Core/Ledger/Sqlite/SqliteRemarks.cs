using ClaudeBot.FollowUps;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteRemarks(SqliteLedger ledger, QueueNotices notices, TimeProvider time) : IRemarks
{
    private const string ListeningSource = "remarks";
    internal const string Waits = "task_id IS NULL AND outcome IS NULL";

    private long Now => LedgerUnits.ToMicroseconds(time.GetUtcNow());

    public Task<QueuedTask?> OriginAsync(IssueReference pull, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => connection.QueryFirstOrDefault<TaskRow>(
            $"""
            SELECT {TaskRow.Columns} FROM tasks
            WHERE repository = @repository AND pull_request_number = @number AND pull_request_number IS NOT NULL AND kind <> 'pr_feedback'
            ORDER BY seq DESC LIMIT 1
            """,
            Of(pull))?.ToTask(),
        cancellationToken);

    public Task<IReadOnlyList<int>> PullRequestsAsync(RepositoryName repository, CancellationToken cancellationToken) => ledger.ReadAsync<IReadOnlyList<int>>(
        connection =>
        [
            .. connection.Query<int>(
                "SELECT DISTINCT pull_request_number FROM tasks WHERE repository = @repository AND pull_request_number IS NOT NULL AND kind <> 'pr_feedback'",
                new { repository = repository.ToString() }),
        ],
        cancellationToken);

    public Task<DateTimeOffset?> ListeningSinceAsync(CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => LedgerUnits.ToTime(connection.ExecuteScalar<long?>("SELECT at FROM cursors WHERE source = @ListeningSource", new { ListeningSource })),
        cancellationToken);

    public Task<IReadOnlyList<StoredRemark>> WaitingAsync(CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => RemarkTable.Query(connection, $"WHERE {Waits}", null), cancellationToken);

    public Task<IReadOnlyList<StoredRemark>> OfPullAsync(IssueReference pull, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => RemarkTable.Query(connection, "WHERE repository = @repository AND number = @number", Of(pull)), cancellationToken);

    public async Task<EnqueueResult?> MakeTaskAsync(NewTask task, IReadOnlyCollection<StoredRemark> remarks, CancellationToken cancellationToken)
    {
        var seqs = remarks.Select(stored => stored.Seq).ToArray();
        var result = await ledger.WriteAsync(connection => Make(connection, task, seqs), cancellationToken);
        if (result is EnqueueResult.Added)
            notices.RaiseChanged();
        return result;
    }

    public Task<IReadOnlyList<StoredRemark>> BatchAsync(TaskLease lease, IReadOnlyCollection<StoredRemark> joining, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection =>
        {
            if (TaskTable.FindHeld(connection, lease) is not { IssueNumber: { } number } row)
                return [];
            if (joining.Count > 0)
            {
                connection.Execute(
                    $"UPDATE remarks SET task_id = @id WHERE seq IN @seqs AND {Waits} AND repository = @repository AND number = @number",
                    new { id = row.Id, seqs = joining.Select(stored => stored.Seq).ToArray(), repository = row.Repository, number });
            }

            return RemarkTable.Query(connection, "WHERE task_id = @id", new { id = row.Id });
        },
        cancellationToken);

    public async Task LeaveAsync(IReadOnlyCollection<StoredRemark> remarks, string key, string comment, CancellationToken cancellationToken)
    {
        var seqs = remarks.Select(stored => stored.Seq).ToArray();
        await ledger.WriteAsync(
            connection => connection.Execute($"UPDATE remarks SET outcome = @Left WHERE seq IN @seqs AND {Waits}", new { StoredRemark.Left, seqs }) > 0
                ? OutboxTable.AddComment(connection, key, remarks.First().Remark.Pull, comment, Now)
                : 0,
            cancellationToken);
        notices.RaisePosted();
    }

    public Task SettleAsync(IReadOnlyDictionary<long, string> outcomes, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "UPDATE remarks SET outcome = @outcome WHERE seq = @seq",
            outcomes.Select(pair => new { seq = pair.Key, outcome = pair.Value })),
        cancellationToken);

    public Task<string?> SessionAsync(RepositoryName repository, string branch, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => connection.ExecuteScalar<string?>(
            """
            SELECT a.session_id FROM tasks t JOIN attempts a ON a.task_id = t.id
            WHERE t.repository = @repository AND t.branch = @branch AND a.session_id IS NOT NULL
            ORDER BY a.began_at DESC LIMIT 1
            """,
            new { repository = repository.ToString(), branch }),
        cancellationToken);

    public Task<IssueReference?> PullOfCommitAsync(RepositoryName repository, string sha, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => connection.ExecuteScalar<int?>(
            "SELECT pull_request_number FROM tasks WHERE repository = @repository AND head_sha = @sha AND head_sha IS NOT NULL AND pull_request_number IS NOT NULL ORDER BY seq DESC LIMIT 1",
            new { repository = repository.ToString(), sha }) is { } number ? new IssueReference(repository, number) : null,
        cancellationToken);

    private EnqueueResult? Make(SqliteConnection connection, NewTask task, long[] seqs)
    {
        if (connection.ExecuteScalar<long>($"SELECT count(*) FROM remarks WHERE seq IN @seqs AND {Waits}", new { seqs }) != seqs.Length)
            return null;
        var result = TaskAdmission.Enqueue(connection, task, ledger.Options.MaxWaitingTasks, Now);
        if (result is EnqueueResult.Added added)
            connection.Execute("UPDATE remarks SET task_id = @id WHERE seq IN @seqs", new { id = added.Task.Id.Value, seqs });
        return result;
    }

    private static object Of(IssueReference pull) => new { repository = pull.Repository.ToString(), number = pull.Number };
}
