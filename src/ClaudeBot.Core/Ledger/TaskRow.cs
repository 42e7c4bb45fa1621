using ClaudeBot.Queue;

namespace ClaudeBot.Ledger;

/// <summary>A row of <c>tasks</c> as the database gives it; the columns are the same in every database.</summary>
internal sealed class TaskRow
{
    /// <summary>The select list that fills this class.</summary>
    public const string Columns = """
        seq AS Seq, id AS Id, kind AS Kind, repository AS Repository, issue_number AS IssueNumber, title AS Title,
        description AS Description, priority AS Priority, state AS State, reason AS Reason, requested_by AS RequestedBy,
        requested_by_id AS RequestedById, branch AS Branch, attempts AS Attempts, max_attempts AS MaxAttempts,
        recoveries AS Recoveries, fence AS Fence, created_at AS CreatedAt, updated_at AS UpdatedAt, not_before AS NotBefore,
        started_at AS StartedAt, ended_at AS EndedAt, pull_request_number AS PullRequestNumber,
        pull_request_url AS PullRequestUrl, head_sha AS HeadSha, cost_nano_usd AS CostNanoUsd, spooled_priority AS SpooledPriority,
        worker AS Worker, awaits AS Awaits, plan_first AS PlanFirst, budget_nano_usd AS BudgetNanoUsd
        """;

    public long Seq { get; init; }
    public string Id { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Repository { get; init; } = "";
    public int? IssueNumber { get; init; }
    public string Title { get; init; } = "";
    public string Description { get; init; } = "";
    public int Priority { get; init; }
    public string State { get; init; } = "";
    public string? Reason { get; init; }
    public string RequestedBy { get; init; } = "";
    public long? RequestedById { get; init; }
    public string Branch { get; init; } = "";
    public int Attempts { get; init; }
    public int MaxAttempts { get; init; }
    public int Recoveries { get; init; }
    public long Fence { get; init; }
    public long CreatedAt { get; init; }
    public long UpdatedAt { get; init; }
    public long? NotBefore { get; init; }
    public long? StartedAt { get; init; }
    public long? EndedAt { get; init; }
    public int? PullRequestNumber { get; init; }
    public string? PullRequestUrl { get; init; }
    public string? HeadSha { get; init; }
    public long CostNanoUsd { get; init; }
    public int? SpooledPriority { get; init; }
    public string? Worker { get; init; }
    public string? Awaits { get; init; }
    public bool PlanFirst { get; init; }
    public long? BudgetNanoUsd { get; init; }

    public QueuedTask ToTask() => new()
    {
        Id = TaskId.Parse(Id),
        Kind = TaskWords.ParseKind(Kind),
        Repository = RepositoryName.Parse(Repository),
        IssueNumber = IssueNumber,
        Title = Title,
        Description = Description,
        Priority = (TaskPriority)Priority,
        State = TaskWords.ParseState(State),
        Reason = Reason,
        RequestedBy = RequestedBy,
        RequestedById = RequestedById,
        Branch = Branch,
        Attempts = Attempts,
        Fence = Fence,
        CreatedAt = LedgerUnits.ToTime(CreatedAt),
        UpdatedAt = LedgerUnits.ToTime(UpdatedAt),
        NotBefore = LedgerUnits.ToTime(NotBefore),
        StartedAt = LedgerUnits.ToTime(StartedAt),
        EndedAt = LedgerUnits.ToTime(EndedAt),
        PullRequestNumber = PullRequestNumber,
        PullRequestUrl = PullRequestUrl,
        HeadSha = HeadSha,
        CostUsd = LedgerUnits.ToDollars(CostNanoUsd),
        Awaits = TaskWords.ParseAwaited(Awaits),
        PlanFirst = PlanFirst,
        BudgetUsd = BudgetNanoUsd is { } nanos ? LedgerUnits.ToDollars(nanos) : null,
    };
}
