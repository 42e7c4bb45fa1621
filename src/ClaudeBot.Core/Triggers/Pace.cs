namespace ClaudeBot.Triggers;

/// <summary>How long a loop rests between two rounds: its interval, and after a failure that may pass by itself a short while that grows to a minute.</summary>
internal sealed class Pace(TimeSpan interval)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private TimeSpan _soon = Shortest;

    /// <param name="mayPass">The round failed, and the next one may not.</param>
    /// <returns>Never more than the interval.</returns>
    public TimeSpan After(bool mayPass)
    {
        var rest = mayPass && _soon < interval ? _soon : interval;
        _soon = !mayPass ? Shortest : _soon * 2 < Longest ? _soon * 2 : Longest;
        return rest;
    }
}
