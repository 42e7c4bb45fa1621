namespace ClaudeBot.Egress;

/// <summary>
/// Names of hosts. An entry is a whole name, or <c>*.</c> and a name for all names below it. Letter case and a final dot
/// do not count.
/// </summary>
public sealed class EgressAllowList(IEnumerable<string> entries)
{
    private readonly string[] _entries = [.. entries.Select(Normal)];

    public bool IsEmpty => _entries.Length == 0;

    public bool Contains(string host) => Array.Exists(_entries, entry =>
        entry.StartsWith("*.", StringComparison.Ordinal)
            ? Normal(host).EndsWith(entry[1..], StringComparison.Ordinal)
            : Normal(host) == entry);

    internal static string Normal(string host) => host.Trim().TrimEnd('.').ToLowerInvariant();
}
