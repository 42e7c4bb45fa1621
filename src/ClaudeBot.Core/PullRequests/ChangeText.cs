using System.Globalization;
using ClaudeBot.Conversation;

namespace ClaudeBot.PullRequests;

/// <summary>The title of a change: its commit's first line, and its pull request's.</summary>
public static class ChangeText
{
    private const int LongestSubject = 120;

    /// <summary><c>Fix #42: title</c>, or the title alone for a task without an issue; <c>fix: title (#42)</c> with the type of a conventional commit.</summary>
    public static string Title(int? issueNumber, string title, string? type)
    {
        var clean = ForeignText.NeutraliseLine(title, LongestSubject);
        if (type is not null)
            return ConventionalCommit.Title(type, issueNumber, clean);
        return issueNumber is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"Fix #{number}: {clean}")
            : clean;
    }
}
