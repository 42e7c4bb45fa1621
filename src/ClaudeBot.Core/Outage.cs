namespace ClaudeBot;

/// <summary>Something is tried again and again: of an outage each reason is told once, and its end. Not for several threads.</summary>
internal sealed class Outage
{
    /// <summary>Reasons in which a number or an address changes each time must fill neither the log nor the memory.</summary>
    private const int MostReasons = 10;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>It failed.</summary>
    /// <returns>True when that is to be told.</returns>
    public bool Fails(string reason) => _told.Count < MostReasons && _told.Add(reason);

    /// <summary>The same, where one reason stands for all.</summary>
    public bool Fails() => Fails("");

    /// <summary>It went well.</summary>
    /// <returns>True when it failed before.</returns>
    public bool Ends()
    {
        var failed = _told.Count > 0;
        _told.Clear();
        return failed;
    }
}
