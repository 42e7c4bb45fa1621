using System.Text;

namespace ClaudeBot.Sanitizing;

/// <summary>A piece of the source that gives way to another.</summary>
internal readonly record struct Edit(int Start, int End, string Replacement)
{
    /// <summary>Stands for a blank where none is yet.</summary>
    public const string Blank = " ";

    /// <summary>The address of the image that it stands for; null: for none.</summary>
    public string? Image { get; init; }

    /// <summary>The source after all edits; of two that overlap, the one that begins first and reaches further is made.</summary>
    /// <param name="images">Takes the addresses of the images that are left.</param>
    public static string Apply(string source, IEnumerable<Edit> edits, ICollection<string> images)
    {
        var result = new StringBuilder(source.Length);
        var at = 0;
        var isApart = true;
        foreach (var edit in edits.OrderBy(e => e.Start).ThenByDescending(e => e.End))
        {
            if (edit.Start < at || edit.End <= edit.Start)
                continue;
            if (edit.Image is not null)
                images.Add(edit.Image);
            Append(source.AsSpan(at, edit.Start - at));
            if (edit.Replacement == Blank)
                isApart = false;
            else
                Append(edit.Replacement);
            at = edit.End;
        }

        Append(source.AsSpan(at));
        return result.ToString();

        void Append(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty)
                return;
            if (!isApart && result.Length > 0 && !char.IsWhiteSpace(result[^1]) && !char.IsWhiteSpace(text[0]))
                result.Append(' ');
            result.Append(text);
            isApart = true;
        }
    }
}
