using ClaudeBot.Gate;

namespace ClaudeBot.PullRequests;

/// <summary>
/// All that a pull request says about a change. It is kept in the ledger before the push, so that a run that is cut
/// off after the push can still open the same pull request.
/// </summary>
public sealed record ChangeReport
{
    public required TaskId TaskId { get; init; }

    public required RepositoryName Repository { get; init; }

    /// <summary>The issue that the change settles; null for a task without one.</summary>
    public int? IssueNumber { get; init; }

    /// <summary>The issue's or task's title, as people wrote it.</summary>
    public required string Title { get; init; }

    /// <summary>The login of whoever asked, who is mentioned; null: an operator.</summary>
    public string? AskedBy { get; init; }

    /// <summary>The type of a conventional commit; null: the plain form.</summary>
    public string? CommitType { get; init; }

    public required string Branch { get; init; }

    public required string BaseBranch { get; init; }

    /// <summary>The commit that the branch is to point at.</summary>
    public required string HeadSha { get; init; }

    /// <summary>The agent's last words.</summary>
    public required string Summary { get; init; }

    /// <summary>The checks that the host ran on exactly this commit's files; empty when there is nothing to run.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }

    /// <summary>True when the repository names no checks, and these were guessed from its files.</summary>
    public bool ChecksAreGuessed { get; init; }

    /// <summary>Why the pull request is a draft, in one sentence; null when it is ready for review.</summary>
    public string? DraftReason { get; init; }

    /// <summary>Protected paths whose changes the commit does not have.</summary>
    public IReadOnlyList<string> HeldBack { get; init; } = [];

    /// <summary>Kinds of hidden content that were taken out of the issue's text before the agent read it.</summary>
    public IReadOnlyList<string> HiddenContent { get; init; } = [];

    /// <summary>Images of the issue that the agent was not given, with the reasons.</summary>
    public IReadOnlyList<string> ImagesLeftOut { get; init; } = [];

    /// <summary>SHA-256 of the title and text that the agent worked from, in hexadecimal; null when it is not known.</summary>
    public string? TextHash { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The model that was asked for, else the one that did most of the work; null when neither is known.</summary>
    public string? Model { get; init; }

    public int Turns { get; init; }

    /// <summary>What the task has spent in all, in US dollars.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>How long the agent worked.</summary>
    public TimeSpan AgentDuration { get; init; }
}
