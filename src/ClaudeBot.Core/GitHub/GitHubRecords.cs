namespace ClaudeBot.GitHub;

/// <summary>A GitHub account. The numeric id is the identity: logins can be renamed and taken over.</summary>
public sealed record GitHubUser(long Id, string Login, bool IsBot);

/// <summary>What an account may do in a repository, weakest first.</summary>
public enum RepositoryPermission
{
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

public sealed record GitHubRepository(RepositoryName Name, string DefaultBranch, bool IsArchived, string CloneUrl, string HtmlUrl);

public sealed record GitHubIssue
{
    public required IssueReference Reference { get; init; }
    public required string Title { get; init; }
    public required string Body { get; init; }
    public required bool IsOpen { get; init; }
    public required bool IsPullRequest { get; init; }
    public required GitHubUser Author { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How many comments it has; zero tells, without another call, that the bot has none there.</summary>
    public required int CommentCount { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string HtmlUrl { get; init; }

    /// <summary>How many open issues it is blocked by; lists and older servers do not tell.</summary>
    public int OpenBlockers { get; init; }

    /// <summary>How many of its sub-issues are open; lists and older servers do not tell.</summary>
    public int OpenSubIssues { get; init; }

    /// <summary>The issue that it is a part of.</summary>
    public IssueReference? Parent { get; init; }

    public bool HasLabel(string name) => Labels.Contains(name, StringComparer.OrdinalIgnoreCase);
}

public sealed record GitHubComment(long Id, string Body, GitHubUser Author, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string HtmlUrl)
{
    /// <summary>Its name in the GraphQL API.</summary>
    public string NodeId { get; init; } = "";
}

/// <summary>One entry of an issue's event list; <paramref name="Label"/> is set for <c>labeled</c> and <c>unlabeled</c>.</summary>
public sealed record GitHubIssueEvent(long Id, string Event, GitHubUser? Actor, string? Label, DateTimeOffset CreatedAt);

/// <summary>An edit of an issue's text; <paramref name="Editor"/> is null when the account is gone.</summary>
public sealed record GitHubTextEdit(DateTimeOffset At, GitHubUser? Editor);

public sealed record GitHubPullRequest
{
    public required IssueReference Reference { get; init; }
    public required string Title { get; init; }
    public required string Body { get; init; }
    public required bool IsOpen { get; init; }
    public required bool IsMerged { get; init; }
    public required bool IsDraft { get; init; }
    public required string HeadBranch { get; init; }
    public required string HeadSha { get; init; }
    public required string BaseBranch { get; init; }
    public required string HtmlUrl { get; init; }

    /// <summary>Its name in the GraphQL API.</summary>
    public required string NodeId { get; init; }

    /// <summary>False when it conflicts with its base; null in lists, and while GitHub has yet to find out.</summary>
    public bool? Mergeable { get; init; }

    /// <summary>The base branch's commit that GitHub compares it with.</summary>
    public string BaseSha { get; init; } = "";
}

/// <summary>A review that was handed in; <paramref name="State"/> is GitHub's word: <c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>DISMISSED</c>.</summary>
public sealed record GitHubReview(long Id, string State, string Body, GitHubUser Author, DateTimeOffset SubmittedAt, string HtmlUrl);

/// <summary>A thread of comments on a diff; <paramref name="NodeId"/> is its name in the GraphQL API.</summary>
public sealed record GitHubReviewThread(string NodeId, bool IsResolved);

/// <summary>A comment on the diff of a pull request; <paramref name="InReplyTo"/> is the first comment of its thread, null for that one itself.</summary>
public sealed record GitHubReviewComment(long Id, long? InReplyTo, string Body, GitHubUser Author, DateTimeOffset CreatedAt, string HtmlUrl)
{
    public string? Path { get; init; }

    /// <summary>On the side that it was made on; null for the whole file, and when the line is gone.</summary>
    public int? Line { get; init; }

    public string? DiffHunk { get; init; }
}

/// <summary>A pull request to open.</summary>
public sealed record NewPullRequest(string Title, string Body, string HeadBranch, string BaseBranch, bool Draft);

/// <summary>A list as last answered; <paramref name="Changed"/> is false when the server answered 304 to the whole of it.</summary>
public sealed record ConditionalList<T>(IReadOnlyList<T> Items, bool Changed);

/// <summary>A label that the bot sets up. <paramref name="Color"/> is six hex digits.</summary>
public sealed record LabelDefinition(string Name, string Color, string Description);
