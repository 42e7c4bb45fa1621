namespace ClaudeBot.GitHub.Wire;

/// <summary>Sends writes one after the other and at least the given time apart; reads pass.</summary>
internal sealed class WriteSpacingHandler(TimeSpan spacing, TimeProvider time) : DelegatingHandler
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get || spacing <= TimeSpan.Zero)
            return await base.SendAsync(request, cancellationToken);

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var wait = _next - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            _next = time.GetUtcNow() + spacing;
            _turn.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _turn.Dispose();
        base.Dispose(disposing);
    }
}
