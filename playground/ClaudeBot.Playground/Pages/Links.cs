using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ClaudeBot.Playground.Pages;

/// <summary>Lets links in comments lead only to the web, and loads no pictures from elsewhere.</summary>
internal static class Links
{
    public static void Tame(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.IsImage = false;
            if (!IsSafe(link.Url))
            {
                link.Url = "#";
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsSafe(link.Url)))
        {
            link.Url = "#";
        }
    }

    private static bool IsSafe(string? url) =>
        url is not null && (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith('#') || (url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal)));
}
