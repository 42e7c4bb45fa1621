using ClaudeBot.Queue;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Queue;

public sealed class LeaseProofTests
{
    [Fact]
    public void A_lease_is_proven_for_its_length_from_the_moment_at_which_the_ledger_was_asked()
    {
        var time = new FakeTimeProvider();
        var proof = new LeaseProof(TimeSpan.FromSeconds(30), time);
        using var interruption = new TaskInterruption(proof);

        time.Advance(TimeSpan.FromSeconds(10));
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(5));
        proof.Renew(askedAt);
        time.Advance(TimeSpan.FromSeconds(24));
        interruption.MayAct.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(1));
        interruption.MayAct.ShouldBeFalse();

        proof.Renew(time.GetTimestamp());
        interruption.MayAct.ShouldBeTrue();
        interruption.Interrupt(InterruptionKind.LeaseLost);
        interruption.MayAct.ShouldBeFalse();
    }
}
