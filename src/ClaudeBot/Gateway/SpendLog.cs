using System.Collections.Concurrent;
using ClaudeBot.Agents;
using ClaudeBot.Runs;

namespace ClaudeBot.Gateway;

/// <summary>Prices model calls and writes them into the ledger.</summary>
internal sealed partial class SpendLog(IRunJournal journal, GatewayMetrics metrics, ILogger<SpendLog> logger)
{
    private readonly ConcurrentDictionary<string, bool> _unknownModels = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<(GatewayGrant Grant, decimal Usd)> _unwritten = [];

    /// <summary>What the task has spent so far, in US dollars.</summary>
    public async Task<decimal> SpentAsync(TaskId task, CancellationToken cancellationToken) =>
        (await journal.SpendAsync(task, cancellationToken)).Usd;

    /// <summary>What the ledger could not take: until the process ends it counts as spent all the same, in US dollars.</summary>
    public decimal Unwritten(Func<GatewayGrant, bool> by) => _unwritten.Where(entry => by(entry.Grant)).Sum(entry => entry.Usd);

    /// <summary>
    /// Charges what a meter saw; nothing when it saw no usage. Takes no token: the money is spent whether or not the
    /// client is still there.
    /// </summary>
    public async Task ChargeAsync(GatewayGrant grant, UsageMeter meter)
    {
        if (meter.Read() is not { } usage)
            return;

        if (!ModelPrices.Knows(usage.Model) && _unknownModels.TryAdd(usage.Model, true))
            Log.UnknownModel(logger, usage.Model);
        var usd = ModelPrices.Usd(usage.Model, usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, meter.OneHourCacheWrite, meter.WebSearches);
        metrics.Charged(grant.Repository, usage, usd);
        try
        {
            await journal.AddSpendAsync(grant.Task, grant.Repository, usage, usd, CancellationToken.None);
        }
        catch (Exception e)
        {
            _unwritten.Add((grant, usd));
            Log.NotCharged(logger, grant.Task, usd, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No price is known for model {Model}: its calls are counted at the dearest price.")]
        public static partial void UnknownModel(ILogger logger, string model);

        [LoggerMessage(2, LogLevel.Error, "A spend of {Usd} USD could not be written to the ledger for task {TaskId}.")]
        public static partial void NotCharged(ILogger logger, TaskId taskId, decimal usd, Exception exception);
    }
}
