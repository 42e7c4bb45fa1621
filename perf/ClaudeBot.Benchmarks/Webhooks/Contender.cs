namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>One server that takes deliveries.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Path">Where it takes them.</param>
/// <param name="Accepted">The status that means a delivery was taken.</param>
/// <param name="IsDurable">It answers only once the delivery would outlive a power cut.</param>
internal sealed record Contender(string Name, string Path, int Accepted, bool IsDurable)
{
    /// <summary>The port it shall listen on → the command that starts it.</summary>
    public required Func<int, IReadOnlyList<string>> Command { get; init; }

    /// <summary>The port and its data folder → its settings.</summary>
    public required Func<int, string, IReadOnlyDictionary<string, string>> Environment { get; init; }
}
