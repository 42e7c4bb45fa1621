using System.Globalization;
using System.Text;

namespace ClaudeBot.Sanitizing;

/// <summary>Drops the characters that show nothing, but those that an emoji or a script needs to look as it does.</summary>
internal static class VisibleCharacters
{
    private const int Joiner = 0x200D;
    private const int NonJoiner = 0x200C;
    private const int EmojiSelector = 0xFE0F;

    /// <summary>Gives the text in NFC, with <c>\n</c> as line end and one kind of blank.</summary>
    public static string Of(string text, ISet<string> removed)
    {
        var runes = text.ReplaceLineEndings("\n").EnumerateRunes().ToArray();
        var visible = new StringBuilder(text.Length);
        var last = default(Rune);
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = Rune.GetUnicodeCategory(runes[i]) == UnicodeCategory.SpaceSeparator && runes[i].Value != 0x3000 ? new Rune(' ') : runes[i];
            if (IsVisible(rune) || IsNeeded(rune, last, i + 1 < runes.Length ? runes[i + 1] : default))
            {
                visible.Append(rune);
                last = rune;
            }
            else if (i > 0 || rune.Value != 0xFEFF)
            {
                removed.Add(HiddenContent.Characters);
            }
        }

        return visible.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>True when nothing of the text shows.</summary>
    public static bool AreHidden(string text) => !text.EnumerateRunes().Any(IsVisible);

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => rune.Value is '\n' or '\t',
        UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => false,
        // Fillers, blanks and selectors that count as letters, marks or symbols.
        _ => rune.Value is not (0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or 0x1D159)
            and not (>= 0x180B and <= 0x180F) and not (>= 0xFE00 and <= 0xFE0F) and not (>= 0xE0100 and <= 0xE01EF),
    };

    private static bool IsNeeded(Rune rune, Rune before, Rune after) => rune.Value switch
    {
        EmojiSelector => IsSymbol(before) || (before.Value is '#' or '*' or (>= '0' and <= '9') && after.Value == 0x20E3),
        Joiner when IsSymbol(before) || before.Value == EmojiSelector => IsSymbol(after),
        Joiner or NonJoiner => IsJoiningScript(before) && IsJoiningScript(after),
        _ => false,
    };

    private static bool IsSymbol(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.MathSymbol
        || rune.Value is 0x203C or 0x2049;

    // Arabic to Myanmar: there the joiners choose between letter forms.
    private static bool IsJoiningScript(Rune rune) => rune.Value is >= 0x0620 and <= 0x109F;
}
