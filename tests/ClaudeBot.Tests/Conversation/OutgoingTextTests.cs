using ClaudeBot.Conversation;
using ClaudeBot.Secrets;

namespace ClaudeBot.Tests.Conversation;

public sealed class OutgoingTextTests
{
    [Fact]
    public void A_secret_never_leaves()
    {
        var mask = new SecretMask();
        mask.Register("ghp_0123456789");

        new OutgoingText(mask).Body("the token is ghp_0123456789!").ShouldBe("the token is ***!");
        new OutgoingText(mask).Title("ghp_0123456789").ShouldBe("***");
    }

    [Fact]
    public void A_body_is_cut_to_what_GitHub_takes() =>
        new OutgoingText(new SecretMask()).Body(new string('x', 100_000)).Length.ShouldBe(65_536);
}
