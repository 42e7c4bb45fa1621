using System.Collections.Immutable;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>An issue, or a pull request when <see cref="Pull"/> is there: GitHub numbers both in one row.</summary>
public sealed class Issue
{
    internal Issue(long id, int number, Repository repository, Account author, string title, string? body, DateTimeOffset createdAt)
    {
        Id = id;
        Number = number;
        Repository = repository;
        Author = author;
        Title = title;
        Body = body;
        CreatedAt = UpdatedAt = createdAt;
    }

    public long Id { get; }
    public int Number { get; }
    public Repository Repository { get; }
    public Account Author { get; }
    public string Title { get; internal set; }
    public string? Body { get; internal set; }
    public bool IsOpen { get; internal set; } = true;

    /// <summary>GitHub's word: <c>completed</c>, <c>not_planned</c>, <c>duplicate</c>, <c>reopened</c> or null.</summary>
    public string? StateReason { get; internal set; }

    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>The last change of the text, which the GraphQL API alone tells.</summary>
    public (Account Editor, DateTimeOffset At)? LastEdit { get; internal set; }
    public DateTimeOffset? ClosedAt { get; internal set; }
    public Account? ClosedBy { get; internal set; }
    public PullRequest? Pull { get; internal set; }

    public ImmutableList<string> LabelNames { get; internal set; } = [];
    /// <summary>The issues that have to be closed before this one.</summary>
    public ImmutableList<Issue> BlockedBy { get; internal set; } = [];

    /// <summary>The issue that this one is a part of.</summary>
    public Issue? Parent { get; internal set; }

    public IEnumerable<Issue> SubIssues => Repository.Issues.Values.Where(issue => issue.Parent == this);

    public ImmutableList<Account> Assignees { get; internal set; } = [];
    public ImmutableList<IssueEvent> Events { get; internal set; } = [];
    public ImmutableList<Reaction> Reactions { get; internal set; } = [];

    public IEnumerable<IssueComment> Comments => Repository.Comments.Where(comment => comment.Issue == this);

    public IEnumerable<Label> Labels =>
        LabelNames.Select(name => Repository.Labels.FirstOrDefault(label => label.Name == name)).OfType<Label>();

    public string State => IsOpen ? "open" : "closed";
    public string ApiUrl => $"{Repository.ApiUrl}/issues/{Number}";
    public string HtmlUrl => $"{Repository.HtmlUrl}/{(Pull is null ? "issues" : "pull")}/{Number}";
}
