namespace ClaudeBot.Secrets;

/// <summary>A secret that stands in a text. It does not hold the secret: what is found may be shown.</summary>
/// <param name="Kind">What it is, in words that follow "looks like": <c>a GitHub token</c>.</param>
/// <param name="Line">Counted from one.</param>
public sealed record SecretFinding(string Kind, int Line);

/// <summary>Where a rule struck, in characters of the text.</summary>
internal readonly record struct SecretSpan(SecretRule Rule, int Start, int Length);
