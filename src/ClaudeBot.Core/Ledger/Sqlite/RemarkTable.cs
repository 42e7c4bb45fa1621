using System.Text.Json;
using ClaudeBot.FollowUps;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Remarks within somebody's transaction.</summary>
internal static class RemarkTable
{
    private const string Columns = """
        seq AS Seq, repository AS Repository, number AS Number, kind AS Kind, key AS Key, author AS Author, author_id AS AuthorId,
        detail AS Detail, made_at AS MadeAt, seen_at AS SeenAt, task_id AS TaskId, outcome AS Outcome
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>False when it is stored already.</summary>
    public static bool Add(SqliteConnection connection, Remark remark, long now) => connection.Execute(
        """
        INSERT INTO remarks (repository, number, kind, key, author, author_id, detail, made_at, seen_at)
        VALUES (@repository, @number, @kind, @key, @author, @authorId, @detail, @madeAt, @now)
        ON CONFLICT (repository, number, kind, key) DO NOTHING
        """,
        new
        {
            repository = remark.Pull.Repository.ToString(),
            number = remark.Pull.Number,
            kind = Word(remark.Kind),
            key = remark.Key,
            author = remark.Author,
            authorId = remark.AuthorId,
            detail = JsonSerializer.Serialize(remark.Detail, Json),
            madeAt = LedgerUnits.ToMicroseconds(remark.At),
            now,
        }) > 0;

    /// <param name="condition">From <c>WHERE</c> on, the order left out.</param>
    public static IReadOnlyList<StoredRemark> Query(SqliteConnection connection, string condition, object? parameters) =>
        [.. connection.Query<Row>($"SELECT {Columns} FROM remarks {condition} ORDER BY seq", parameters).Select(row => row.ToRemark())];

    private static string Word(RemarkKind kind) => kind switch
    {
        RemarkKind.Review => "review",
        RemarkKind.ReviewComment => "review_comment",
        RemarkKind.Comment => "comment",
        RemarkKind.Check => "check",
        RemarkKind.Conflict => "conflict",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private sealed class Row
    {
        public long Seq { get; init; }
        public string Repository { get; init; } = "";
        public int Number { get; init; }
        public string Kind { get; init; } = "";
        public string Key { get; init; } = "";
        public string? Author { get; init; }
        public long? AuthorId { get; init; }
        public string Detail { get; init; } = "";
        public long MadeAt { get; init; }
        public long SeenAt { get; init; }
        public string? TaskId { get; init; }
        public string? Outcome { get; init; }

        public StoredRemark ToRemark() => new(
            Seq,
            new Remark
            {
                Kind = Enum.GetValues<RemarkKind>().Single(kind => Word(kind) == Kind),
                Pull = new IssueReference(RepositoryName.Parse(Repository), Number),
                Key = Key,
                Author = Author,
                AuthorId = AuthorId,
                At = LedgerUnits.ToTime(MadeAt),
                Detail = JsonSerializer.Deserialize<RemarkDetail>(Detail, Json)!,
            },
            LedgerUnits.ToTime(SeenAt),
            TaskId is null ? null : ClaudeBot.TaskId.Parse(TaskId),
            Outcome);
    }
}
