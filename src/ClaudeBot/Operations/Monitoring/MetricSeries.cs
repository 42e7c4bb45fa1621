using System.Collections.Concurrent;
using Prometheus;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>The series of one metric; those known beforehand are there from the start.</summary>
internal sealed class MetricSeries
{
    /// <summary>What a label may have beyond its known values: so many, and then only this one.</summary>
    private const int MostValues = 100;
    private const string Other = "other";

    private readonly MetricDefinition _definition;
    private readonly ConcurrentDictionary<string, bool>[] _values;
    private readonly Action<string[], double, bool> _record;

    public MetricSeries(MetricDefinition definition, IMetricFactory factory)
    {
        _definition = definition;
        string[] labels = [.. definition.Labels.Select(label => label.Name)];
        _values = [.. labels.Select(_ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal))];
        _record = Recorder(definition, factory, labels);
        foreach (var series in definition.Series)
        {
            for (var place = 0; place < series.Length; place++)
                _values[place].TryAdd(series[place], true);
            _record(series, double.NaN, false);
        }
    }

    /// <param name="isTotal">The value is a counter's whole, not what came to it.</param>
    public void Record(double value, bool isTotal, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = new string[_definition.Labels.Length];
        Array.Fill(series, "");
        foreach (var (name, label) in tags)
        {
            var place = Array.FindIndex(_definition.Labels, known => known.Name == name);
            if (place < 0)
                throw new InvalidOperationException($"The metric {_definition.Name} has no label {name} in the catalogue.");
            series[place] = Bounded(_values[place], label?.ToString() ?? "");
        }

        _record(series, value, isTotal);
    }

    private static string Bounded(ConcurrentDictionary<string, bool> values, string value)
    {
        if (values.ContainsKey(value))
            return value;
        if (values.Count >= MostValues)
            return Other;
        values.TryAdd(value, true);
        return value;
    }

    /// <summary>Not a number: the series is only made.</summary>
    private static Action<string[], double, bool> Recorder(MetricDefinition definition, IMetricFactory factory, string[] labels)
    {
        switch (definition.Kind)
        {
            case MetricKind.Counter:
                var counter = factory.CreateCounter(definition.Name, definition.Help, labels);
                return (series, value, isTotal) =>
                {
                    var child = counter.WithLabels(series);
                    if (double.IsNaN(value))
                        return;
                    if (isTotal)
                        child.IncTo(value);
                    else
                        child.Inc(value);
                };
            case MetricKind.Gauge:
                var gauge = factory.CreateGauge(definition.Name, definition.Help, labels);
                return (series, value, _) =>
                {
                    var child = gauge.WithLabels(series);
                    if (!double.IsNaN(value))
                        child.Set(value);
                };
            default:
                var histogram = factory.CreateHistogram(definition.Name, definition.Help, labels, new HistogramConfiguration { Buckets = definition.Buckets });
                return (series, value, _) =>
                {
                    var child = histogram.WithLabels(series);
                    if (!double.IsNaN(value))
                        child.Observe(value);
                };
        }
    }
}
