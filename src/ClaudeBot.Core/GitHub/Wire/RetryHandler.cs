namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Sends reads again after network trouble, time-outs and 5xx. A write may have been applied although its answer was
/// lost, so only the caller, who can look, may send it again.
/// </summary>
internal sealed class RetryHandler(int retries, TimeSpan delay, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var isLast = attempt >= retries || request.Method != HttpMethod.Get;
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (isLast || (int)response.StatusCode < 500)
                    return response;
                response.Dispose();
            }
            catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.Transient && !isLast)
            {
            }

            await Task.Delay(Jittered(delay * Math.Pow(2, attempt)), time, cancellationToken);
        }
    }

    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.5 + (Random.Shared.NextDouble() / 2));
}
