using System.Net;
using ClaudeBot.Secrets;
using ClaudeBot.StatusWeb;
using ClaudeBot.StatusWeb.Access;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class TokenCheckTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TokenCheck _check;

    public TokenCheckTests() => _check = new TokenCheck(new StatusWebOptions { DataDirectory = "", Token = new SecretSource("STATUS_TOKEN", () => "right-token", new SecretMask()) }, _time);

    [Fact]
    public void Another_address_is_not_kept_waiting()
    {
        Guess("203.0.113.9", 10);

        _check.Check("right-token", IPAddress.Parse("203.0.113.9")).ShouldBe(TokenVerdict.Blocked);
        _check.Check("right-token", IPAddress.Parse("::ffff:203.0.113.9")).ShouldBe(TokenVerdict.Blocked);
        _check.Check("right-token", IPAddress.Parse("203.0.113.10")).ShouldBe(TokenVerdict.Right);
    }

    [Fact]
    public void A_network_of_IPv6_counts_as_one_address()
    {
        for (var i = 1; i <= 10; i++)
            Guess($"2001:db8:0:1::{i}", 1);

        _check.Check("right-token", IPAddress.Parse("2001:db8:0:1:ffff::1")).ShouldBe(TokenVerdict.Blocked);
        _check.Check("right-token", IPAddress.Parse("2001:db8:0:2::1")).ShouldBe(TokenVerdict.Right);
    }

    [Fact]
    public void More_addresses_than_it_remembers_share_one_count()
    {
        for (var i = 0; i < 1010; i++)
            Guess($"10.0.{i / 256}.{i % 256}", 1);

        _check.Check("right-token", IPAddress.Parse("192.0.2.1")).ShouldBe(TokenVerdict.Blocked);
        _check.Check("right-token", IPAddress.Parse("10.0.0.0")).ShouldBe(TokenVerdict.Right);
        _time.Advance(TokenCheck.Window);
        _check.Check("right-token", IPAddress.Parse("192.0.2.1")).ShouldBe(TokenVerdict.Right);
    }

    [Fact]
    public void The_right_token_uses_nothing_up()
    {
        Guess("203.0.113.9", 9);
        for (var i = 0; i < 20; i++)
            _check.Check("right-token", IPAddress.Parse("203.0.113.9")).ShouldBe(TokenVerdict.Right);
    }

    private void Guess(string from, int times)
    {
        for (var i = 0; i < times; i++)
            _check.Check("guess", IPAddress.Parse(from)).ShouldBe(TokenVerdict.Wrong);
    }
}
