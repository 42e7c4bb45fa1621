namespace ClaudeBot.EndToEndTests;

public sealed class Placeholder
{
    [Fact]
    public void Holds() => 1.ShouldBe(1);
}
