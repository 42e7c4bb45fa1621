using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.Requests;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Playground.GitHub;

/// <summary>The measure must see a caller who does not keep still.</summary>
public sealed class PenaltyWindowsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_inside_the_time_of_retry_after_is_an_intruder_and_one_at_its_end_is_not()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled, options => options with { Time = _time });
        playground.Host.Faults.Add(new Fault(FaultKind.SecondaryRateLimit, "GET", "/user$") { RetryAfterSeconds = 7 });
        var wendy = playground.Client("wendy");

        await AskAsync(wendy);
        Intruders(playground).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(6));
        await AskAsync(wendy);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(wendy);

        Intruders(playground).ShouldHaveSingleItem().Number.ShouldBe(2);
    }

    [Fact]
    public async Task A_request_before_the_reset_of_a_used_up_limit_is_an_intruder()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled, options => options with { Time = _time, RateLimit = 1 });
        playground.Host.RateLimits.Window = TimeSpan.FromSeconds(30);
        var wendy = playground.Client("wendy");

        await AskAsync(wendy);
        await AskAsync(wendy);
        Intruders(playground).ShouldBeEmpty("the second could not know");
        await AskAsync(wendy);
        _time.Advance(TimeSpan.FromSeconds(30));
        await AskAsync(wendy);

        Intruders(playground).ShouldHaveSingleItem().Number.ShouldBe(3);
        playground.Host.Requests.All[^1].Status.ShouldBe(200);
    }

    private static IReadOnlyList<RecordedExchange> Intruders(PlaygroundFixture playground) => PenaltyWindows.Intruders(playground.Host.Requests.All);

    private static async Task AskAsync(HttpClient client) => (await client.GetAsync("user", Cancelled)).Dispose();
}
