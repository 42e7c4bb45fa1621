namespace ClaudeBot.Playground.Claude;

/// <summary>One request as the stand-in saw it. The credential itself is never kept.</summary>
/// <param name="Number">1 for the first request.</param>
/// <param name="CredentialSha256">Lower-case hexadecimal SHA-256 of the presented key; null without one.</param>
/// <param name="Session">The session id that Claude Code sends, if any.</param>
/// <param name="Scenario">The scenario that answered; <c>side</c> for a side request; null for an error or another path.</param>
/// <param name="Turn">The index of the scenario's turn, from 0.</param>
/// <param name="Status">The HTTP status that was sent, 0 for a connection reset.</param>
/// <param name="Fault">The fault that spoiled the answer.</param>
public sealed record ClaudeRequest(
    int Number,
    DateTimeOffset At,
    string Method,
    string Path,
    string? CredentialSha256 = null,
    string? Session = null,
    string? Model = null,
    bool Streaming = false,
    string? Prompt = null,
    string? Scenario = null,
    int Turn = 0,
    int Status = 200,
    FaultKind? Fault = null,
    TokenUsage? Usage = null)
{
    /// <summary>The images that the model was shown, each by the lower-case hexadecimal SHA-256 of its bytes.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];
}
