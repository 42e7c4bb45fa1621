namespace ClaudeBot.Agents;

/// <summary>
/// What a model call costs. List prices of the public API in US dollars per million tokens, as in the model catalogue
/// that Claude Code 2.1.328 carries; a cache write costs 1.25 times the input (2 times for the one-hour cache), a cache
/// read a tenth of it where the table says nothing else.
/// </summary>
public static class ModelPrices
{
    private const decimal WebSearchUsd = 0.01m;

    // Longest prefix wins: a dated name as in claude-haiku-4-5-20251001 belongs to its family.
    private static readonly (string Prefix, Price Price)[] Table =
    [
        ("claude-3-haiku", new(0.25m, 1.25m, 0.03m)),
        ("claude-3-5-haiku", new(0.8m, 4m, null)),
        ("claude-haiku-4-5", new(1m, 5m, null)),
        ("claude-haiku-5-5", new(0.1m, 0.5m, null) { LongPromptOver = 100_000, LongPromptFactor = 5 }),
        ("claude-3-5-sonnet", new(3m, 15m, null)),
        ("claude-3-7-sonnet", new(3m, 15m, null)),
        ("claude-sonnet-4", new(3m, 15m, null)),
        ("claude-sonnet-5", new(2m, 10m, null)),
        ("claude-sonnet-5-5", new(2m, 10m, 0.1m)),
        ("claude-3-opus", new(15m, 75m, null)),
        ("claude-opus-4", new(15m, 75m, null)),
        ("claude-opus-4-5", new(5m, 25m, null)),
        ("claude-opus-4-6", new(5m, 25m, null)),
        ("claude-opus-4-7", new(5m, 25m, null)),
        ("claude-opus-4-8", new(5m, 25m, null)),
        ("claude-opus-5", new(5m, 25m, null)),
        ("claude-opus-5-5", new(4m, 20m, 0.2m)),
        ("claude-fable-5", new(10m, 50m, null)),
        ("claude-fable-5-1", new(10m, 50m, 0.25m)),
        ("claude-fable-5-2", new(8m, 40m, 0.2m)),
        ("claude-mythos-5", new(10m, 50m, null)),
        ("claude-mythos-5-1", new(10m, 50m, 0.25m)),
        ("claude-mythos-5-2", new(8m, 40m, 0.2m)),
    ];

    private static readonly Price Dearest = Table.Select(row => row.Price).MaxBy(price => price.Output)!;

    /// <summary>False: the model is not in the table, and <see cref="Usd"/> takes the dearest price of all.</summary>
    public static bool Knows(string model) => Find(model) is not null;

    /// <summary>The price of one call, from the counts that the model's service gave.</summary>
    /// <param name="cacheWrite">Tokens written to a cache of either kind.</param>
    /// <param name="oneHourCacheWrite">Of these, the tokens written to the one-hour cache.</param>
    /// <param name="webSearches">Searches that the service made for this call.</param>
    public static decimal Usd(string model, long input, long output, long cacheRead, long cacheWrite, long oneHourCacheWrite, long webSearches)
    {
        var price = Find(model) ?? Dearest;
        var factor = input + cacheRead + cacheWrite > price.LongPromptOver ? price.LongPromptFactor : 1m;
        var millionths = (input + (cacheWrite - oneHourCacheWrite) * 1.25m + oneHourCacheWrite * 2m) * price.Input
            + cacheRead * (price.CacheRead ?? price.Input * 0.1m)
            + output * price.Output;
        return millionths * factor / 1_000_000m + webSearches * WebSearchUsd;
    }

    /// <summary>What a call may cost at worst: nothing of its input is in a cache, all of it is written to one, and every token that it allows comes.</summary>
    /// <param name="webSearches">Searches that it allows.</param>
    public static decimal MostUsd(string model, long input, bool oneHourCache, long output, long webSearches) =>
        Usd(model, 0, output, 0, input, oneHourCache ? input : 0, webSearches);

    private static Price? Find(string model) => Table
        .Where(row => model.StartsWith(row.Prefix, StringComparison.OrdinalIgnoreCase))
        .Where(row => model.Length == row.Prefix.Length || model[row.Prefix.Length] is '-' or '@' or '[')
        .OrderByDescending(row => row.Prefix.Length)
        .Select(row => row.Price)
        .FirstOrDefault();

    private sealed record Price(decimal Input, decimal Output, decimal? CacheRead)
    {
        public long LongPromptOver { get; init; } = long.MaxValue;

        public decimal LongPromptFactor { get; init; } = 1m;
    }
}
