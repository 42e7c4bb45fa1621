using System.Runtime.CompilerServices;
using System.Text;

namespace ClaudeBot.StatusWeb.Transcripts;

/// <summary>Lines of a text, of which none takes more memory than is allowed.</summary>
internal static class CutLines
{
    /// <summary>All lines without their ends, which are LF or CR LF; what is beyond <paramref name="longest"/> characters of one is passed over.</summary>
    public static async IAsyncEnumerable<string> ReadAsync(TextReader reader, int longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new char[16 * 1024];
        var line = new StringBuilder();
        var hasBegun = false;
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            for (var start = 0; start < read;)
            {
                var length = Array.IndexOf(buffer, '\n', start, read - start) is >= 0 and var end ? end - start : read - start;
                line.Append(buffer, start, Math.Min(length, longest - line.Length));
                hasBegun = true;
                start += length;
                if (start == read)
                    break;
                yield return Taken(line);
                hasBegun = false;
                start++;
            }
        }

        if (hasBegun)
            yield return Taken(line);
    }

    private static string Taken(StringBuilder line)
    {
        var text = line.ToString();
        line.Clear();
        return text.EndsWith('\r') ? text[..^1] : text;
    }
}
