namespace ClaudeBot.Ledger;

/// <summary>A row of <c>events</c> as the database gives it.</summary>
internal sealed class EventRow
{
    /// <summary>The select list that fills this class.</summary>
    public const string Columns = """
        seq AS Seq, at AS At, kind AS Kind, actor AS Actor, task_id AS TaskId, subject_repository AS SubjectRepository,
        subject_number AS SubjectNumber, message AS Message
        """;

    public long Seq { get; init; }
    public long At { get; init; }
    public string Kind { get; init; } = "";
    public string Actor { get; init; } = "";
    public string? TaskId { get; init; }
    public string? SubjectRepository { get; init; }
    public int? SubjectNumber { get; init; }
    public string Message { get; init; } = "";

    public LedgerEvent ToEvent() => new(
        Seq,
        LedgerUnits.ToTime(At),
        Kind,
        Actor,
        TaskId is null ? null : ClaudeBot.TaskId.Parse(TaskId),
        SubjectNumber is { } number ? new IssueReference(RepositoryName.Parse(SubjectRepository!), number) : null,
        Message);
}
