using System.Diagnostics.Metrics;
using ClaudeBot.Configuration;
using Prometheus;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>
/// Hears the instruments of this host's meters, and of no other host's in the process, and writes them down as Prometheus
/// reads them. An instrument that the catalogue does not know is a fault of the program.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MeterListener _listener = new();
    private readonly Lock _observing = new();
    private readonly LedgerMetrics _ledger;

    public MetricsExport(BotConfiguration configuration, LedgerMetrics ledger, IEnumerable<Meter> meters)
    {
        _ledger = ledger;
        _registry.SetStaticLabels(new Dictionary<string, string> { ["bot_id"] = configuration.Get(BotSettings.BotId)! });
        var factory = Metrics.WithCustomRegistry(_registry);
        var series = MetricCatalogue.All(configuration).ToDictionary(definition => definition.Name, definition => new MetricSeries(definition, factory));
        var heard = meters.ToHashSet(ReferenceEqualityComparer.Instance);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (heard.Contains(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, series.GetValueOrDefault(instrument.Name) ?? throw new InvalidOperationException($"The metric {instrument.Name} is not in the catalogue."));
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.Start();
    }

    /// <summary>Writes every series as it is now, in the text format of Prometheus.</summary>
    public async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        await _ledger.ReadAsync(cancellationToken);
        lock (_observing)
            _listener.RecordObservableInstruments();
        await _registry.CollectAndExportAsTextAsync(to, cancellationToken);
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
        ((MetricSeries)state!).Record(value, isTotal: instrument.IsObservable, tags);
}
