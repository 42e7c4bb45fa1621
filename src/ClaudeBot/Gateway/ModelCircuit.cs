using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Queue;

namespace ClaudeBot.Gateway;

/// <summary>The numbers are those of <c>claude_bot_circuit_breaker_state</c>.</summary>
public enum CircuitState
{
    Closed = 0,
    Open = 1,
    HalfOpen = 2,
}

/// <summary>
/// A circuit breaker between the queue and the model's service. Open, no new task starts; tasks that run go on, since
/// their clients wait by themselves, and one answer to any of them closes it. When its pause has passed it is half
/// open: one task starts as a probe, and its first answer closes or opens it again, for twice as long.
/// </summary>
public sealed partial class ModelCircuit(GatewayOptions options, TimeProvider time, ILogger<ModelCircuit> logger)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _openUntil;
    private DateTimeOffset? _probeUntil;
    private TimeSpan _pause = options.FirstPause;
    private int _failures;
    private byte[]? _refusedKeys;

    /// <summary>As it is now.</summary>
    public CircuitState State
    {
        get
        {
            lock (_lock)
                return _openUntil is null ? CircuitState.Closed : time.GetUtcNow() < _openUntil ? CircuitState.Open : CircuitState.HalfOpen;
        }
    }

    /// <summary>The queue's guard: lets a claim through unless the circuit is open.</summary>
    public async Task<TaskLease?> GuardAsync(Func<CancellationToken, Task<TaskLease?>> claim, CancellationToken cancellationToken)
    {
        if (!MayStart())
            return null;
        var lease = await claim(cancellationToken);
        if (lease is not null)
            Started();
        return lease;
    }

    /// <summary>The service answered a call.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            if (_openUntil is not null)
                Close();
            _failures = 0;
        }
    }

    /// <summary>The service could not answer now: 429, 529, another 5xx, no answer.</summary>
    /// <param name="retryAfter">How long the service asks to wait; null when it does not say.</param>
    public void Failed(TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            var isHalfOpen = _openUntil <= time.GetUtcNow();
            if (isHalfOpen || (_openUntil is null && ++_failures >= options.FailuresToOpen))
            {
                var pause = Jittered(_pause);
                _pause = _pause * 2 < options.LongestPause ? _pause * 2 : options.LongestPause;
                Open(retryAfter > pause ? retryAfter.Value : pause);
            }
            else if (retryAfter is { } wait)
            {
                Open(wait);
            }
        }
    }

    /// <summary>The account has nothing left to spend: no task starts until an operator had time to pause or to pay.</summary>
    public void OutOfCredit()
    {
        lock (_lock)
            Open(options.FirstPause);
    }

    /// <summary>The service takes none of the keys: no task starts until one of them changes, or the pause for it has passed.</summary>
    /// <param name="key">The key that was refused last; null when there is none.</param>
    /// <returns>True when this is news: the key is still in use, and the keys were not known to be refused.</returns>
    public bool KeyRefused(string? key)
    {
        lock (_lock)
        {
            var keys = options.Keys.Current();
            if (key is null ? keys.Count > 0 : !keys.Contains(key))
                return false;
            var hash = Hash(keys);
            if (hash.AsSpan().SequenceEqual(_refusedKeys) && time.GetUtcNow() < _openUntil)
                return false;
            _refusedKeys = hash;
            Open(options.CredentialPause);
            return true;
        }
    }

    private bool MayStart()
    {
        lock (_lock)
        {
            if (_refusedKeys is not null && !Hash(options.Keys.Current()).AsSpan().SequenceEqual(_refusedKeys))
                Close();
            var now = time.GetUtcNow();
            return _openUntil is null || (now >= _openUntil && !(now < _probeUntil));
        }
    }

    private void Started()
    {
        lock (_lock)
        {
            if (_openUntil is not null)
                _probeUntil = time.GetUtcNow() + options.ProbeTimeout;
        }
    }

    private void Open(TimeSpan pause)
    {
        var until = time.GetUtcNow() + pause;
        if (until <= _openUntil)
            return;
        _openUntil = until;
        _probeUntil = null;
        Log.Opened(logger, until);
    }

    private void Close()
    {
        (_openUntil, _probeUntil, _refusedKeys, _pause) = (null, null, null, options.FirstPause);
        Log.Closed(logger);
    }

    // So that bots that met the same trouble do not come back together.
    private static TimeSpan Jittered(TimeSpan pause) => pause * (1 + (Random.Shared.NextDouble() / 4));

    private static byte[] Hash(IReadOnlyList<string> keys) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', keys)));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The model's service cannot take more work: no new task starts before {Until:u}")]
        public static partial void Opened(ILogger logger, DateTimeOffset until);

        [LoggerMessage(2, LogLevel.Information, "New tasks may start again: the model's service answers, or its key has changed")]
        public static partial void Closed(ILogger logger);
    }
}
