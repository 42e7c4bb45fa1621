using System.Globalization;

namespace ClaudeBot.Playground.Requests;

/// <summary>The times in which the local GitHub had told its caller to send nothing: the measure of a client's manners.</summary>
public static class PenaltyWindows
{
    /// <summary>
    /// The requests that came before the end that an earlier 403 or 429 had named, by <c>retry-after</c> or, with nothing
    /// remaining, by <c>x-ratelimit-reset</c>. The log is taken to be of one caller.
    /// </summary>
    public static IReadOnlyList<RecordedExchange> Intruders(IEnumerable<RecordedExchange> exchanges)
    {
        var intruders = new List<RecordedExchange>();
        var end = DateTimeOffset.MinValue;
        foreach (var exchange in exchanges)
        {
            if (exchange.At < end)
                intruders.Add(exchange);
            if (End(exchange) is { } named && named > end)
                end = named;
        }

        return intruders;
    }

    private static DateTimeOffset? End(RecordedExchange exchange)
    {
        if (exchange.Status is not (StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests))
            return null;
        if (Seconds(exchange, "retry-after") is { } wait)
            return exchange.At.AddSeconds(wait);
        return Seconds(exchange, "x-ratelimit-remaining") == 0 && Seconds(exchange, "x-ratelimit-reset") is { } reset
            ? DateTimeOffset.FromUnixTimeSeconds(reset)
            : null;
    }

    private static long? Seconds(RecordedExchange exchange, string name) =>
        exchange.ResponseHeaders.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
