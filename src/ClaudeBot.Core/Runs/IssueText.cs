using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Runs;

/// <summary>An issue's text as a person sees it on the page: hidden text is where instructions for agents are smuggled in.</summary>
public static partial class IssueText
{
    private const char Joiner = '\u200d';

    /// <summary>
    /// Drops HTML comments, closed or not, and characters that show nothing: format and private-use characters, tags,
    /// variation selectors. The joiner stays between symbols, where it makes one emoji of several.
    /// </summary>
    public static string Visible(string text)
    {
        text = HtmlComment().Replace(text.ReplaceLineEndings("\n"), "");
        var visible = new StringBuilder(text.Length);
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length; i++)
        {
            if (IsVisible(runes[i]) || (runes[i].Value == Joiner && i > 0 && IsSymbol(runes[i - 1])))
                visible.Append(runes[i]);
        }

        return visible.ToString().Normalize(NormalizationForm.FormC).Trim();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => rune.Value is '\n' or '\t',
        UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => false,
        // Fillers and blanks that count as letters or symbols.
        _ => rune.Value is not (0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x180E) and not (>= 0xFE00 and <= 0xFE0E) and not (>= 0xE0100 and <= 0xE01EF),
    };

    private static bool IsSymbol(Rune rune) =>
        rune.Value is 0xFE0F || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol;

    // An unclosed comment swallows the rest of the page in GitHub's rendering too.
    [GeneratedRegex(@"<!--.*?(?:-->|\z)", RegexOptions.Singleline)]
    private static partial Regex HtmlComment();
}
