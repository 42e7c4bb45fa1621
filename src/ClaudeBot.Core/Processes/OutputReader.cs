using System.Text;

namespace ClaudeBot.Processes;

/// <summary>
/// Reads one stream of a child to its end: hands on each line, keeps the tail. It goes on reading after
/// <paramref name="onLine"/> has thrown, so that the child is never blocked by a full pipe.
/// </summary>
/// <param name="keepCharacters">The size of <see cref="Tail"/>.</param>
/// <param name="onFault">Told once when <paramref name="onLine"/> has thrown.</param>
internal sealed class OutputReader(StreamReader stream, Action<string>? onLine, int keepCharacters, Action onFault) : IDisposable
{
    /// <summary>A longer line is handed on in pieces: a hostile child must not fill our memory.</summary>
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly StringBuilder _line = new();
    private readonly StringBuilder _tail = new();

    public Exception? Fault { get; private set; }

    public string Tail
    {
        get
        {
            var start = Math.Max(0, _tail.Length - keepCharacters);
            if (start > 0 && start < _tail.Length && char.IsLowSurrogate(_tail[start]))
                start++;
            return _tail.ToString(start, _tail.Length - start);
        }
    }

    /// <summary>Ends at the stream's end, or when the token fires; it never throws.</summary>
    public async Task ReadToEndAsync(CancellationToken cancellationToken)
    {
        var buffer = new char[16 * 1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
                Take(buffer.AsSpan(0, read));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The deadline after the child's end, or a pipe that broke with it: what was read counts.
        }

        if (_line.Length > 0)
            HandOn();
    }

    public void Dispose() => stream.Dispose();

    private void Take(ReadOnlySpan<char> text)
    {
        _tail.Append(text);
        if (_tail.Length > Math.Max(2 * keepCharacters, 64 * 1024))
            _tail.Remove(0, _tail.Length - keepCharacters);

        while (onLine is not null && !text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            _line.Append(end < 0 ? text : text[..end]);
            if (end >= 0 || _line.Length >= LongestLine)
                HandOn();
            text = end < 0 ? [] : text[(end + 1)..];
        }
    }

    private void HandOn()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        var line = _line.ToString();
        _line.Clear();
        if (Fault is not null)
            return;

        try
        {
            onLine!(line);
        }
        catch (Exception e)
        {
            Fault = e;
            onFault();
        }
    }
}
