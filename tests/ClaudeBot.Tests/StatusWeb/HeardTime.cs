using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>Virtual time that tells when somebody begins to wait, so that a test moves it no earlier.</summary>
internal sealed class HeardTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns once somebody waits, or has waited since the last call, for this long.</summary>
    public async Task HearWaitAsync(TimeSpan length)
    {
        while (await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken) != length)
        {
        }
    }

    /// <summary>How long the next wait that is begun, or has been since the last call, is to be.</summary>
    public async Task<TimeSpan> NextWaitAsync() => await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
