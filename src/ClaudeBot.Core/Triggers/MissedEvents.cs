namespace ClaudeBot.Triggers;

/// <summary>
/// Counts what took effect although no webhook had brought it: found by a poll, or sent again because the sweep asked.
/// Behind <c>claude_bot_missed_events_recovered_total</c>; starts from zero with the process.
/// </summary>
public sealed class MissedEvents
{
    private long _recovered;

    public long Recovered => Interlocked.Read(ref _recovered);

    internal void Count() => Interlocked.Increment(ref _recovered);
}
