using System.Text.RegularExpressions;

namespace ClaudeBot.Conversation;

/// <summary>
/// Makes text that the bot did not write (an agent's summary, an issue's title) harmless before the bot says it in
/// its own name: it can notify nobody, close no issue, load nothing from elsewhere and forge no hidden marker.
/// GitHub's closing words: https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue
/// </summary>
public static partial class ForeignText
{
    // Invisible, and enough to end a mention or a reference.
    private const string Break = "\u200b";

    /// <summary>Gives Markdown of at most <paramref name="longest"/> characters that reads the same and has no such effect.</summary>
    public static string Neutralise(string text, int longest)
    {
        text = Controls().Replace(text.ReplaceLineEndings("\n"), "");
        text = InlineImage().Replace(text, m => $"[image left out: {m.Groups[1].Value}](");
        text = ReferenceImage().Replace(text, m => $"[image left out: {m.Groups[1].Value}]");
        text = LoadingTag().Replace(text, "&lt;");
        text = Mention().Replace(text, "@" + Break);
        text = ClosingReference().Replace(text, m => m.Groups[1].Value + m.Groups[2].Value + Break);
        return Shorten(text.Trim(), longest);
    }

    /// <summary>As <see cref="Neutralise"/>, in one line: for titles and commit subjects.</summary>
    public static string NeutraliseLine(string text, int longest) =>
        Neutralise(Spaces().Replace(text, " "), longest);

    /// <summary>Cuts at <paramref name="longest"/> characters, never inside a surrogate pair, and says so by an ellipsis.</summary>
    public static string Shorten(string text, int longest)
    {
        if (text.Length <= longest)
            return text;

        var end = longest - 1;
        if (char.IsHighSurrogate(text[end - 1]))
            end--;
        return text[..end] + "…";
    }

    [GeneratedRegex(@"[\p{Cc}-[\n\t]]")]
    private static partial Regex Controls();

    [GeneratedRegex(@"!\[([^\]]*)\]\(")]
    private static partial Regex InlineImage();

    [GeneratedRegex(@"!\[([^\]]*)\]")]
    private static partial Regex ReferenceImage();

    [GeneratedRegex(@"<(?=!|\?|/?(?:img|picture|source|video|audio|track|iframe|object|embed|svg|image|input|link|style|script|base|meta)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex LoadingTag();

    // A mention follows anything but a letter or digit, markup that vanishes in the rendering included; a mail address
    // stays whole. Written as an entity the sign mentions all the same.
    [GeneratedRegex(@"(?:(?<![A-Za-z0-9])@|&(?:#0*64|#x0*40|commat);?)(?=[A-Za-z0-9_])", RegexOptions.IgnoreCase)]
    private static partial Regex Mention();

    // Markup, tags, entities and a line break may stand between the word and the reference; GitHub reads through some of them.
    [GeneratedRegex(@"\b((?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:[\s:*_~`\[(<>-]|</?[a-z][^<>\n]{0,60}>|&#?[a-z0-9]+;|\u200b){0,20})((?:[\w.-]+/[\w.-]+)?(?:#|&#0*35;|&#x0*23;|&num;)|GH-|https?://[^\s/]+/[\w.-]+/[\w.-]+/(?:issues|pull)/)(?=\d)", RegexOptions.IgnoreCase)]
    private static partial Regex ClosingReference();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
