using System.Text.RegularExpressions;

namespace ClaudeBot.Sanitizing;

/// <summary>The commands of a formula by which it takes room and shows nothing: https://docs.mathjax.org/en/latest/input/tex/macros/</summary>
internal static partial class MathMarkup
{
    /// <param name="isBlock">A formula of its own, in which <c>%</c> begins a comment; within a sentence it may be one by mistake.</param>
    public static IEnumerable<Edit> Hidden(string source, int start, int end, bool isBlock)
    {
        foreach (Match command in Invisible().Matches(source[start..end]))
        {
            var from = start + command.Index;
            var after = from + command.Length;
            yield return new Edit(from, command.Groups["open"].Success ? CloseOf(source, after, end) : end, "");
        }

        if (!isBlock)
            yield break;
        foreach (Match comment in Comment().Matches(source[start..end]))
            yield return new Edit(start + comment.Index, start + comment.Index + comment.Length, "");
    }

    // After the brace that closes the one before; the formula's end where none does.
    private static int CloseOf(string source, int at, int end)
    {
        for (var depth = 1; at < end; at++)
        {
            depth += source[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return at + 1;
        }

        return end;
    }

    [GeneratedRegex(@"\\(?:[hv]?phantom|class|cssId|style|href|tooltip|texttip)\s*(?<open>\{)|\\textcolor\s*\{\s*(?:white|transparent|\#f{3,8})\s*\}\s*(?<open>\{)|\\color\s*\{\s*(?:white|transparent|\#f{3,8})\s*\}", RegexOptions.IgnoreCase)]
    private static partial Regex Invisible();

    [GeneratedRegex(@"(?<!\\)%[^\n]*")]
    private static partial Regex Comment();
}
