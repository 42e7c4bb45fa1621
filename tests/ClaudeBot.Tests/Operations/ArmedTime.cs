using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Operations;

/// <summary>Virtual time that tells when somebody began to wait, so that a test does not move it too early.</summary>
internal sealed class ArmedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<bool> _armed = Channel.CreateUnbounded<bool>();

    /// <summary>Completes once for each wait that was begun.</summary>
    public async Task WhenArmedAsync(CancellationToken cancellationToken) => await _armed.Reader.ReadAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(true);
        return timer;
    }
}
