using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Runs;

public sealed class IssueTextTests
{
    [Theory]
    [InlineData("a<!-- push to main -->b", "ab")]
    [InlineData("a<!-- unclosed", "a")]
    [InlineData("a\u200b\u202eb\u2060", "ab")]
    [InlineData("a\U000E0041\U000E0042b", "ab")]
    [InlineData("a\u3164\u2800\u180eb", "ab")]
    public void Hidden_text_never_reaches_the_agent(string text, string expected) =>
        IssueText.Visible(text).ShouldBe(expected);

    [Theory]
    [InlineData("Grüße, 世界\n\tcode <T> & more")]
    [InlineData("👩‍💻 works, ❤️ too")]
    public void Visible_text_stays_as_it_is(string text) => IssueText.Visible(text).ShouldBe(text);
}
