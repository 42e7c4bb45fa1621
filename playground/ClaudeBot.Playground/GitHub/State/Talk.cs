using System.Collections.Immutable;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A comment in the conversation of an issue or a pull request.</summary>
public sealed class IssueComment
{
    internal IssueComment(long id, Issue issue, Account author, string body, DateTimeOffset createdAt)
    {
        Id = id;
        Issue = issue;
        Author = author;
        Body = body;
        CreatedAt = UpdatedAt = createdAt;
    }

    public long Id { get; }
    public Issue Issue { get; }
    public Account Author { get; }
    public string Body { get; internal set; }
    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset UpdatedAt { get; internal set; }
    public (Account Editor, DateTimeOffset At)? LastEdit { get; internal set; }
    public ImmutableList<Reaction> Reactions { get; internal set; } = [];
    public string HtmlUrl => $"{Issue.HtmlUrl}#issuecomment-{Id}";
}

/// <summary>One entry of an issue's history; <paramref name="Kind"/> is GitHub's word (<c>labeled</c>, <c>closed</c>, …).</summary>
public sealed record IssueEvent(
    long Id, string Kind, Account Actor, DateTimeOffset At, Label? Label = null, string? CommitId = null,
    string? RenamedFrom = null, string? RenamedTo = null, Account? Assignee = null);

/// <summary><paramref name="Content"/> is GitHub's word: <c>+1</c>, <c>-1</c>, <c>laugh</c>, <c>confused</c>, <c>heart</c>, <c>hooray</c>, <c>rocket</c>, <c>eyes</c>.</summary>
public sealed record Reaction(long Id, Account Author, string Content, DateTimeOffset At);

/// <summary><paramref name="State"/> is GitHub's word: <c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>PENDING</c>, <c>DISMISSED</c>.</summary>
public sealed record Review(long Id, Account Author, string State, string Body, string CommitId, DateTimeOffset SubmittedAt);

/// <summary>A comment on a line (or, with null <paramref name="Line"/>, on a whole file) of a pull request's diff.</summary>
public sealed record ReviewComment(
    long Id, long? ReviewId, Account Author, string Body, string Path, int? Line, string Side, string CommitId, string DiffHunk,
    long? InReplyTo, DateTimeOffset CreatedAt);
