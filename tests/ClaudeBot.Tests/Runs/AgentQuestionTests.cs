using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Runs;

public sealed class AgentQuestionTests
{
    [Theory]
    [InlineData("NEEDS-INPUT: Which till?", "Which till?")]
    [InlineData("NEEDS_INPUT: Which till?", "Which till?")]
    [InlineData("I looked around.\n\nNEEDS-INPUT: Which till?\n\n1. the old\n2. the new", "Which till?\n\n1. the old\n2. the new")]
    [InlineData("**NEEDS-INPUT:** Which till?", "Which till?")]
    [InlineData("NEEDS-INPUT:\nWhich till?", "Which till?")]
    [InlineData("NEEDS-INPUT:", null)]
    [InlineData("I never wrote NEEDS-INPUT: in the middle.", null)]
    [InlineData("Which till?", null)]
    [InlineData("", null)]
    public void A_question_is_what_follows_the_mark_at_the_start_of_a_line(string last, string? question) => AgentQuestion.In(last).ShouldBe(question);
}
