using System.Globalization;
using ClaudeBot.Conversation;

namespace ClaudeBot.PullRequests;

/// <summary>Titles and commit messages.</summary>
public static class ChangeText
{
    private const int LongestSubject = 120;

    /// <summary><c>Fix #42: title</c>, or the title alone for a task without an issue.</summary>
    public static string Title(int? issueNumber, string title)
    {
        var clean = ForeignText.NeutraliseLine(title, LongestSubject);
        return issueNumber is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"Fix #{number}: {clean}")
            : clean;
    }

    /// <summary>
    /// The commit message: title, the agent's summary, the task. No line of its own closes the issue: the pull request
    /// does that, so that a person can take it out there.
    /// </summary>
    public static string CommitMessage(TaskId task, int? issueNumber, string title, string summary)
    {
        var body = ForeignText.Neutralise(summary, 4_000);
        return $"{Title(issueNumber, title)}\n\n{(body.Length == 0 ? "" : body + "\n\n")}Made by Claude Bot, task {task}.\n";
    }
}
