using System.Text;
using System.Text.RegularExpressions;
using ClaudeBot.Conversation;

namespace ClaudeBot.PullRequests;

/// <summary>What a commit says about itself.</summary>
public sealed record CommitFacts
{
    public required TaskId TaskId { get; init; }

    public int? IssueNumber { get; init; }

    /// <summary>The issue's page; null for a task without one.</summary>
    public string? IssueUrl { get; init; }

    public required string Title { get; init; }

    /// <summary>The agent's last words.</summary>
    public required string Summary { get; init; }

    /// <summary>The account that asked, by login and number; null for an operator.</summary>
    public (string Login, long Id)? Requester { get; init; }

    /// <summary>The type of a conventional commit, as <c>fix</c>; null: the plain form.</summary>
    public string? Type { get; init; }

    /// <summary>The host of the addresses that GitHub gives to accounts, as <c>users.noreply.github.com</c>.</summary>
    public string NoReplyHost { get; init; } = "users.noreply.github.com";
}

/// <summary>The message of a commit, with trailers that git and GitHub read.</summary>
public static partial class CommitText
{
    private const int LongestSummary = 4_000;

    /// <summary>
    /// Title, the agent's summary, the task; then the trailers. No line closes the issue: the pull request does that, so
    /// that a person can take it out there. The requester is co-author by the address that GitHub knows them by.
    /// </summary>
    public static string Message(CommitFacts facts)
    {
        var text = new StringBuilder(ChangeText.Title(facts.IssueNumber, facts.Title, facts.Type)).Append("\n\n");
        var summary = ForeignTrailer().Replace(ForeignText.Neutralise(facts.Summary, LongestSummary), "> $0");
        if (summary.Length > 0)
            text.Append(facts.Type is null ? summary : ConventionalCommit.Wrapped(summary)).Append("\n\n");
        text.Append("Made by Claude Bot, task ").Append(facts.TaskId).Append(".\n");

        List<string> trailers =
        [
            .. facts.IssueUrl is { } url ? (string[])[$"Issue: {url}"] : [],
            .. facts.Requester is { } asked && Login().IsMatch(asked.Login) ? (string[])[$"Co-authored-by: {asked.Login} <{asked.Id}+{asked.Login}@{facts.NoReplyHost}>"] : [],
        ];
        return trailers.Count == 0 ? text.ToString() : text.Append('\n').AppendJoin('\n', trailers).Append('\n').ToString();
    }

    // The agent names no authors and signs nothing off.
    [GeneratedRegex(@"^[ \t]*[\w-]+-by[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex ForeignTrailer();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?\z")]
    private static partial Regex Login();
}
