namespace ClaudeBot.Operations.Monitoring;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>A label, and the values it has from the start.</summary>
/// <param name="Known">Values that are there at once; others come as they are met.</param>
internal sealed record MetricLabel(string Name, IReadOnlyList<string> Known);

/// <summary>One metric of <c>/metrics</c>. The rooms' instruments carry its name.</summary>
/// <param name="Help">One sentence for people.</param>
internal sealed record MetricDefinition(MetricKind Kind, string Name, string Help, params MetricLabel[] Labels)
{
    /// <summary>Upper bounds of a histogram's buckets.</summary>
    public double[] Buckets { get; init; } = [];

    /// <summary>The label values that are there from the start; every combination of the labels' known values, unless given.</summary>
    public IEnumerable<string[]> Series
    {
        get => field ?? Labels.Aggregate(
            (IEnumerable<string[]>)[[]],
            (series, label) => series.SelectMany(so => label.Known.Select(value => (string[])[.. so, value])));
        init;
    }
}
