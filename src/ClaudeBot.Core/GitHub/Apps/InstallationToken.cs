namespace ClaudeBot.GitHub.Apps;

/// <summary>The token of one installation, made when it is needed; those who ask at the same time share one.</summary>
/// <param name="mint">Makes a token; gives it with its end.</param>
/// <param name="renewBefore">How long before its end it is no longer given out.</param>
internal sealed class InstallationToken(Func<CancellationToken, Task<(string Token, DateTimeOffset ExpiresAt)>> mint, TimeSpan renewBefore, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private (string Token, DateTimeOffset ExpiresAt)? _minted;

    public async Task<string> CurrentAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_minted is not { } held || held.ExpiresAt - renewBefore <= time.GetUtcNow())
                _minted = held = await mint(cancellationToken);
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
        _gate.Wait();
        try
        {
            if (_minted?.Token != refused)
                return false;
            _minted = null;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
