using System.Text;

namespace ClaudeBot.Sanitizing;

/// <summary>A piece of the source that gives way to another.</summary>
internal readonly record struct Edit(int Start, int End, string Replacement)
{
    /// <summary>Stands for a blank where none is yet.</summary>
    public const string Blank = " ";

    /// <summary>The source after all edits; of two that overlap, the one that begins first and reaches further is made.</summary>
    public static string Apply(string source, IEnumerable<Edit> edits)
    {
        var result = new StringBuilder(source.Length);
        var at = 0;
        foreach (var edit in edits.OrderBy(e => e.Start).ThenByDescending(e => e.End))
        {
            if (edit.Start < at || edit.End <= edit.Start)
                continue;
            result.Append(source, at, edit.Start - at);
            if (edit.Replacement != Blank || (result.Length > 0 && !char.IsWhiteSpace(result[^1])))
                result.Append(edit.Replacement);
            at = edit.End;
        }

        return result.Append(source, at, source.Length - at).ToString();
    }
}
