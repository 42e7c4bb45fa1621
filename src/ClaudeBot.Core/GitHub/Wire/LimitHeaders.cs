using System.Globalization;

namespace ClaudeBot.GitHub.Wire;

/// <summary>The <c>x-ratelimit-*</c> headers of an answer ("Checking the status of your rate limit", rate limits for the REST API).</summary>
internal readonly record struct LimitHeaders(string? Resource, long? Limit, long? Remaining, DateTimeOffset? ResetsAt)
{
    public static LimitHeaders Of(HttpResponseMessage response) => new(
        Text(response, "x-ratelimit-resource"),
        Number(response, "x-ratelimit-limit"),
        Number(response, "x-ratelimit-remaining"),
        Number(response, "x-ratelimit-reset") is { } seconds and > 0 and < 253_402_300_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);

    private static long? Number(HttpResponseMessage response, string name) =>
        long.TryParse(Text(response, name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? Text(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
