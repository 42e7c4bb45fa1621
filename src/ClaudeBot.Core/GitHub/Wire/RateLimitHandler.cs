using System.Net;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Keeps GitHub's rate limits ("Rate limits for the REST API", "Exceeding the rate limit"): after
/// <c>retry-after</c> that many seconds; with <c>x-ratelimit-remaining: 0</c> until <c>x-ratelimit-reset</c>;
/// otherwise a minute, doubled each time in a row. Until then no request leaves, of this process or the next.
/// </summary>
internal sealed partial class RateLimitHandler(Penalties penalties, GitHubBudget budget, TimeProvider time, ILogger logger) : DelegatingHandler
{
    // GitHub counts in whole seconds.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await penalties.RequireNoneAsync(Faults.Call(request), cancellationToken);

        var isWrite = request.Method != HttpMethod.Get;
        var response = await base.SendAsync(request, cancellationToken);
        var said = LimitHeaders.Of(response);
        budget.Learn(said);
        var exhaustedUntil = said.Remaining == 0 ? said.ResetsAt + Margin : null;
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            if ((int)response.StatusCode < 400)
                await penalties.AnsweredAsync(exhaustedUntil, isWrite);
            return response;
        }

        var reason = await Faults.ReasonAsync(response, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Forbidden && said.Remaining != 0 && response.Headers.RetryAfter is null && !NamesALimit(reason))
            return response;

        using (response)
        {
            var until = await penalties.RefusedAsync(Later(RetryAfter(response), exhaustedUntil), isWrite);
            Log.Limited(logger, Faults.Call(request), (int)response.StatusCode, reason, until);
            throw Penalties.Limited($"{Faults.Call(request)}: {(int)response.StatusCode} rate limit: {reason}", until);
        }
    }

    private static bool NamesALimit(string reason) =>
        reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || reason.Contains("abuse", StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other ?? one;

    private DateTimeOffset? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is { } header ? header.Date ?? time.GetUtcNow() + header.Delta : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "GitHub rate limit: {Call} answered {Status} ({Reason}); nothing is sent before {Until:u}")]
        public static partial void Limited(ILogger logger, string call, int status, string reason, DateTimeOffset until);
    }
}
