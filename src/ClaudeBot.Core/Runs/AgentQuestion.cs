using System.Text.RegularExpressions;

namespace ClaudeBot.Runs;

/// <summary>
/// How an agent asks people something: by its last message. No tool is needed for it, so every agent can, and the host
/// does nothing on its account but to post the words.
/// </summary>
public static partial class AgentQuestion
{
    /// <summary>The word with which the question begins, at the start of a line.</summary>
    public const string Mark = "NEEDS_INPUT:";

    /// <summary>The question in the agent's last message: all from the mark on; null when it asks nothing.</summary>
    public static string? In(string lastMessage) =>
        Marked().Match(lastMessage) is { Success: true } match && match.Groups["text"].Value.Trim() is { Length: > 0 } question ? question : null;

    [GeneratedRegex(@"^[ \t]*(?:\*\*)?NEEDS[_-]INPUT:(?:\*\*)?(?<text>.*)\z", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Marked();
}
