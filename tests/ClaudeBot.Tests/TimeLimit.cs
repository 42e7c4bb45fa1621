using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: ClaudeBot.Tests.TimeLimit]

namespace ClaudeBot.Tests;

/// <summary>
/// No test waits for ever: after <see cref="Limit"/>, several times what the longest takes, its token is cancelled, so that it fails where
/// it waits; one that does not heed its token ends the whole program, with its name as the reason.
/// </summary>
public sealed class TimeLimitAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<string, Timer> _timers = [];

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var context = TestContext.Current;
        var cancelled = false;
        _timers[test.UniqueID] = new Timer(_ =>
        {
            if (cancelled)
                Environment.FailFast($"{test.TestDisplayName} did not end within {Limit + Grace}, and did not heed its token.");
            cancelled = true;
            context.CancelCurrentTest();
        }, null, Limit, Grace);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_timers.TryRemove(test.UniqueID, out var timer))
            timer.Dispose();
    }
}
