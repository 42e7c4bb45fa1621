using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>The rules applied to an issue as it is on GitHub now.</summary>
/// <param name="ObservedAt">The time before GitHub was asked.</param>
/// <param name="Issue">The issue; null when GitHub does not give it.</param>
/// <param name="Actor">Who asked; null when nobody is known.</param>
/// <param name="Facts">Each rule that was applied; the first that does not hold is the reason.</param>
internal sealed record Inspection(DateTimeOffset ObservedAt, GitHubIssue? Issue, GitHubUser? Actor, IReadOnlyList<RuleFact> Facts)
{
    public RuleFact? Obstacle => Facts.FirstOrDefault(fact => !fact.Holds);
}
