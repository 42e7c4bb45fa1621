namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Keeps the pace that GitHub asks of clients: at most ten requests at once, writes one after the other and at least the
/// given time apart, no more content than its limits. A wait of more than a minute is told as a rate limit instead, so
/// that the caller can put its work aside.
/// </summary>
internal sealed class PacingHandler(TimeSpan spacing, ContentWrites content, TimeProvider time) : DelegatingHandler
{
    private const int MostAtOnce = 10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _slots = new(MostAtOnce, MostAtOnce);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Method == HttpMethod.Get || (spacing <= TimeSpan.Zero && !content.AreLimited)
            ? SendInSlotAsync(request, cancellationToken)
            : WriteAsync(request, ContentWrites.IsOne(request), cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _slots.Dispose();
            _turn.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> WriteAsync(HttpRequestMessage request, bool isContent, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await WaitAsync(request, isContent, cancellationToken);
            try
            {
                return await SendInSlotAsync(request, cancellationToken);
            }
            catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.RateLimited)
            {
                isContent = false;
                throw;
            }
            finally
            {
                if (isContent)
                    content.Count();
                _next = time.GetUtcNow() + spacing;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WaitAsync(HttpRequestMessage request, bool isContent, CancellationToken cancellationToken)
    {
        var next = isContent && content.NextAt() is var free && free > _next ? free : _next;
        var wait = next - time.GetUtcNow();
        if (wait > LongestWait)
        {
            throw new GitHubException(
                GitHubFaultKind.RateLimited,
                $"{Faults.Call(request)}: not sent, GitHub's rate limit for new content is reached; nothing of the kind before {next:yyyy-MM-dd HH:mm:ss} UTC",
                next,
                null);
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendInSlotAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }
}
