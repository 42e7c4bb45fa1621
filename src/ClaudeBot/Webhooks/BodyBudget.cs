namespace ClaudeBot.Webhooks;

/// <summary>
/// Bounds the memory that all bodies together take: they are read before anybody knows whether their signature is right.
/// Thread-safe.
/// </summary>
internal sealed class BodyBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>One request's share, empty at first; what it took is given back at its end.</summary>
    public Share Open() => new(this);

    internal sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _taken;

        /// <summary>Makes the share as large as the bytes that are held. False when the others leave no room: nothing changed.</summary>
        public bool TryGrow(long held)
        {
            var more = held - _taken;
            if (Interlocked.Add(ref budget._left, -more) < 0)
            {
                Interlocked.Add(ref budget._left, more);
                return false;
            }

            _taken = held;
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref budget._left, _taken);
            _taken = 0;
        }
    }
}
