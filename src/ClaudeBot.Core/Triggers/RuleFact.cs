namespace ClaudeBot.Triggers;

/// <summary>One rule applied to one issue.</summary>
/// <param name="Holds">True when it lets the issue be worked on.</param>
/// <param name="Sentence">What was found, as a sentence for people; when it does not hold, what would change that.</param>
/// <param name="IsRefusal">It does not hold because of who asked, not because of what the issue is.</param>
public sealed record RuleFact(bool Holds, string Sentence, bool IsRefusal = false);
