using ClaudeBot.Secrets;

namespace ClaudeBot.Conversation;

/// <summary>The last gate of every text on its way to GitHub: no secret, however disguised, and within GitHub's limit.</summary>
public sealed class OutgoingText(SecretMask mask)
{
    private readonly SecretScanner _scanner = new(mask);

    /// <summary>The longest body of a comment or pull request that GitHub takes, in characters (its own error message names it).</summary>
    public const int LongestBody = 65_536;

    /// <summary>The longest title, in characters.</summary>
    public const int LongestTitle = 256;

    public string Body(string markdown) => ForeignText.Shorten(_scanner.Redact(markdown), LongestBody);

    /// <summary>Whether a body that GitHub gives back is the one that was sent: it may come with other line ends, and without its last one.</summary>
    public static bool Same(string left, string right) => left.ReplaceLineEndings("\n").TrimEnd() == right.ReplaceLineEndings("\n").TrimEnd();

    public string Title(string title) => ForeignText.Shorten(_scanner.Redact(title), LongestTitle);
}
