using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Keeps GitHub's rate limits ("Rate limits for the REST API", "Exceeding the rate limit"): after
/// <c>retry-after</c> that many seconds; with <c>x-ratelimit-remaining: 0</c> until <c>x-ratelimit-reset</c>;
/// otherwise a minute, doubled each time in a row. Until then no request leaves.
/// </summary>
internal sealed partial class RateLimitHandler(TimeProvider time, ILogger logger) : DelegatingHandler
{
    private static readonly TimeSpan ShortestSecondary = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSecondary = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _blockedUntil = DateTimeOffset.MinValue;
    private int _refusalsInARow;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (time.GetUtcNow() < _blockedUntil)
                throw Limited($"{Faults.Call(request)}: not sent, a GitHub rate limit holds", _blockedUntil);
        }

        var response = await base.SendAsync(request, cancellationToken);
        var exhausted = Header(response, "x-ratelimit-remaining") == 0;
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            if ((int)response.StatusCode < 400)
                Relax(exhausted ? ResetOf(response) : null);
            return response;
        }

        var reason = await Faults.ReasonAsync(response, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Forbidden && !exhausted && response.Headers.RetryAfter is null && !NamesALimit(reason))
            return response;

        using (response)
        {
            var until = Block(response, exhausted);
            Log.Limited(logger, Faults.Call(request), (int)response.StatusCode, reason, until);
            throw Limited($"{Faults.Call(request)}: {(int)response.StatusCode} rate limit: {reason}", until);
        }
    }

    private static GitHubException Limited(string message, DateTimeOffset until) =>
        new(GitHubFaultKind.RateLimited, $"{message}; nothing before {until:yyyy-MM-dd HH:mm:ss} UTC", until, null);

    private static bool NamesALimit(string reason) =>
        reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || reason.Contains("abuse", StringComparison.OrdinalIgnoreCase);

    private void Relax(DateTimeOffset? exhaustedUntil)
    {
        lock (_lock)
        {
            _refusalsInARow = 0;
            if (exhaustedUntil > _blockedUntil)
                _blockedUntil = exhaustedUntil.Value;
        }
    }

    private DateTimeOffset Block(HttpResponseMessage response, bool exhausted)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _refusalsInARow++;
            var after = response.Headers.RetryAfter is { } header ? header.Date ?? now + header.Delta : null;
            var reset = exhausted ? ResetOf(response) : null;
            var until = after > reset ? after : reset ?? after;
            until ??= now + TimeSpan.FromTicks(Math.Min(
                LongestSecondary.Ticks,
                ShortestSecondary.Ticks << Math.Min(_refusalsInARow - 1, 10)));

            // Requests that were under way together: the longest penalty of them holds.
            if (until > _blockedUntil)
                _blockedUntil = until.Value;
            return _blockedUntil;
        }
    }

    /// <summary>GitHub counts in whole seconds: one more is safe.</summary>
    private static DateTimeOffset? ResetOf(HttpResponseMessage response) =>
        Header(response, "x-ratelimit-reset") is { } seconds and > 0 and < 253_402_300_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds + 1)
            : null;

    private static long? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "GitHub rate limit: {Call} answered {Status} ({Reason}); nothing is sent before {Until:u}")]
        public static partial void Limited(ILogger logger, string call, int status, string reason, DateTimeOffset until);
    }
}
