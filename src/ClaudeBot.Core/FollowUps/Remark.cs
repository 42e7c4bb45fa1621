namespace ClaudeBot.FollowUps;

/// <summary>What a pull request of the bot can be followed up for.</summary>
public enum RemarkKind
{
    /// <summary>The words of a review.</summary>
    Review,
    /// <summary>A comment on the diff, answered in its thread.</summary>
    ReviewComment,
    /// <summary>A comment in the pull request's conversation.</summary>
    Comment,
    /// <summary>A check run or commit status that failed on the bot's own commit.</summary>
    Check,
    /// <summary>The base branch moved and cannot be merged by itself, or somebody asks for the base branch to be merged.</summary>
    Conflict,
}

/// <summary>One thing that somebody said, or GitHub found, about a pull request of the bot. All of its text is from outside.</summary>
public sealed record Remark
{
    public required RemarkKind Kind { get; init; }

    public required IssueReference Pull { get; init; }

    /// <summary>What makes it the same remark, whoever brings it: GitHub's id; of a check its run and time; of a conflict the two commits.</summary>
    public required string Key { get; init; }

    /// <summary>The account that made it, by numeric id and login; null where nobody said it.</summary>
    public long? AuthorId { get; init; }

    public string? Author { get; init; }

    /// <summary>When it was made, by GitHub's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public RemarkDetail Detail { get; init; } = new();
}

/// <summary>What is told of a remark beside who made it and when.</summary>
public sealed record RemarkDetail
{
    /// <summary>The words, as Markdown; of a check its name.</summary>
    public string Text { get; init; } = "";

    /// <summary>The page.</summary>
    public string? Url { get; init; }

    /// <summary>The file that a comment on the diff is about.</summary>
    public string? Path { get; init; }

    /// <summary>The line in it; null for the whole file, and when the line is gone.</summary>
    public int? Line { get; init; }

    /// <summary>The piece of the diff that the comment was made on.</summary>
    public string? Hunk { get; init; }

    /// <summary>The first comment of the thread; null when it is that one itself.</summary>
    public long? Thread { get; init; }

    /// <summary>The commit that a check ran on, or the head that conflicts.</summary>
    public string? HeadSha { get; init; }

    /// <summary>The check run; null for a commit status.</summary>
    public long? CheckRun { get; init; }

    /// <summary>How the check ended, in GitHub's word.</summary>
    public string? Conclusion { get; init; }
}

/// <summary>A remark as the ledger holds it.</summary>
/// <param name="Seq">Its place in the order in which remarks were stored.</param>
/// <param name="TaskId">The task that sees to it; null while it waits for one, and when none will.</param>
/// <param name="Outcome">What came of it, in a word; null before that.</param>
public sealed record StoredRemark(long Seq, Remark Remark, DateTimeOffset SeenAt, TaskId? TaskId, string? Outcome)
{
    /// <summary>The outcome of a remark that no task will see to.</summary>
    public const string Left = "left";

    /// <summary>No task sees to it yet.</summary>
    public bool IsWaiting => TaskId is null && Outcome is null;
}
