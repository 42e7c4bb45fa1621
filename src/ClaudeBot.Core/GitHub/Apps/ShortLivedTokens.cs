using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub.Apps;

/// <summary>
/// Keeps the mask aware of tokens that are made anew many times a day: each is masked while it can be good for anything,
/// and the mask does not grow with the age of the process.
/// </summary>
internal sealed class ShortLivedTokens(SecretMask mask)
{
    /// <summary>A token is replaced before its end, so the one before may live a little longer; one more for good measure.</summary>
    private const int Kept = 3;

    private readonly Lock _lock = new();
    private readonly Queue<string> _tokens = new();

    public void Add(string token)
    {
        lock (_lock)
        {
            mask.Register(token);
            _tokens.Enqueue(token);
            if (_tokens.Count > Kept)
                mask.Unregister(_tokens.Dequeue());
        }
    }
}
