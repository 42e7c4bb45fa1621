using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Queue;

/// <summary>A wall clock that a hand or NTP puts forward and back, while timers and timestamps go on evenly, as the system's do.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly FakeTimeProvider _even = new(new DateTimeOffset(2026, 3, 29, 0, 30, 0, TimeSpan.Zero));
    private TimeSpan _jumped;

    public override TimeZoneInfo LocalTimeZone { get; } = WithSummerTime();

    public override long TimestampFrequency => _even.TimestampFrequency;

    public void Advance(TimeSpan duration) => _even.Advance(duration);

    public void Jump(TimeSpan distance) => _jumped += distance;

    public override DateTimeOffset GetUtcNow() => _even.GetUtcNow() + _jumped;

    public override long GetTimestamp() => _even.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _even.CreateTimer(callback, state, dueTime, period);

    /// <summary>Central Europe's rule: on the last Sunday in March, the clock's first day here, 02:00 is 03:00.</summary>
    private static TimeZoneInfo WithSummerTime()
    {
        var begin = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday);
        var end = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday);
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), begin, end);
        return TimeZoneInfo.CreateCustomTimeZone("Test/Summer", TimeSpan.FromHours(1), "Test", "Test", "Test summer", [rule]);
    }
}
