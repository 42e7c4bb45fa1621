using System.Text;
using ClaudeBot.Conversation;

namespace ClaudeBot.PullRequests;

/// <summary>What a reviewer must know beside the change: what was held back, and what the agent was not shown.</summary>
public static class ReviewerNotes
{
    private const int NamedAtMost = 20;

    /// <summary>A section of the pull request's body; empty when there is nothing to say.</summary>
    public static string Section(ChangeReport report)
    {
        var notes = new StringBuilder();
        if (report.HeldBack.Count > 0)
            notes.Append("- **Held back:** the agent also changed protected files, which the bot leaves to people: ").Append(Names(report)).Append(". The checks ran with those changes in place.\n");
        if (report.HiddenContent.Count > 0)
            notes.Append("- **Hidden content removed:** the issue holds text that its page does not show (").AppendJoin(", ", report.HiddenContent).Append("). The agent was not given it.\n");
        if (report.ImagesLeftOut.Count > 0)
            notes.Append("- **Images left out:** the issue shows images that the agent was not given (").AppendJoin("; ", report.ImagesLeftOut).Append(").\n");
        return notes.Length == 0 ? "" : $"## Notes for the reviewer\n\n{notes}\n";
    }

    /// <summary>One sentence with a space before it; empty when nothing was held back.</summary>
    public static string HeldBackSentence(ChangeReport report) =>
        report.HeldBack.Count == 0 ? "" : $" Changes to protected files were held back: {Names(report)}.";

    private static string Names(ChangeReport report)
    {
        var names = string.Join(", ", report.HeldBack.Take(NamedAtMost).Select(path => MarkdownText.Code(ForeignText.NeutraliseLine(path, 200))));
        return report.HeldBack.Count > NamedAtMost ? $"{names} and {report.HeldBack.Count - NamedAtMost} more" : names;
    }
}
