namespace ClaudeBot.GitHub.Apps;

/// <summary>The token of one installation, made when it is needed; those who ask at the same time share one.</summary>
/// <param name="mint">Makes a token; gives it with its end.</param>
/// <param name="renewBefore">How long before its end it is no longer given out.</param>
/// <param name="masked">Masks each token.</param>
internal sealed class InstallationToken(
    Func<CancellationToken, Task<(string Token, DateTimeOffset ExpiresAt)>> mint, TimeSpan renewBefore, ShortLivedTokens masked, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Minted? _minted;

    private sealed record Minted(string Token, DateTimeOffset ExpiresAt);

    public async Task<string> CurrentAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var held = Volatile.Read(ref _minted);
            if (held is null || held.ExpiresAt - renewBefore <= time.GetUtcNow())
            {
                var (token, expiresAt) = await mint(cancellationToken);
                masked.Add(token);
                Volatile.Write(ref _minted, held = new Minted(token, expiresAt));
            }

            return held.Token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>True when it was the refused token; the next one who asks gets another.</summary>
    public bool Forget(string refused)
    {
        var held = Volatile.Read(ref _minted);
        return held?.Token == refused && Interlocked.CompareExchange(ref _minted, null, held) == held;
    }

    public void Dispose() => _gate.Dispose();
}
