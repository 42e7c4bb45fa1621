namespace ClaudeBot.Sanitizing;

/// <summary>
/// A text as a maintainer sees it on GitHub's page: hidden text is where instructions for agents are smuggled in. It stays
/// Markdown; whatever the page does not show is cut out.
/// </summary>
/// <param name="Removed">The kinds of hidden content that were cut, in words; empty when nothing was.</param>
public sealed record VisibleText(string Text, IReadOnlyList<string> Removed)
{
    /// <summary>The addresses of the images that the page shows, in order; the text has <c>(image)</c> in the place of each.</summary>
    public IReadOnlyList<string> Images { get; private init; } = [];

    /// <summary>The longest body that GitHub takes, in characters.</summary>
    private const int Longest = 65_536;

    /// <summary>A cut can join what stood apart into something new that is hidden; that is cut in the next pass.</summary>
    private const int MostPasses = 8;

    private const string Unreadable = "(The text is left out: its markup is too tangled to tell what a reader of the page sees.)";

    /// <summary>
    /// Reads an issue's or comment's Markdown. Reading the result again gives the same. The time is bounded by the longest text that GitHub
    /// takes; what is longer is cut there.
    /// </summary>
    public static VisibleText Read(string markdown)
    {
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        if (markdown.Length > Longest)
        {
            markdown = markdown[..Longest];
            removed.Add(HiddenContent.Length);
        }

        var images = new List<string>();
        var text = VisibleCharacters.Of(markdown, removed).Trim();
        for (var pass = 0; pass < MostPasses; pass++)
        {
            if (MarkdownPass.Run(text, removed, images) is not { } next)
                break;
            next = VisibleCharacters.Of(next, removed).Trim();
            if (next == text)
                return new VisibleText(text, [.. removed]) { Images = images };
            text = next;
        }

        removed.Add(HiddenContent.Tangle);
        return new VisibleText(Unreadable, [.. removed]);
    }

    /// <summary>A title, which GitHub shows as it is written: only characters can be hidden in it.</summary>
    public static string Title(string title) => VisibleCharacters.Of(title, new SortedSet<string>()).ReplaceLineEndings(" ").Trim();
}
