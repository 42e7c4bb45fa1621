namespace ClaudeBot.Configuration;

/// <summary>How a secret may be shown.</summary>
public static class SecretText
{
    // Eight of at least forty characters leave the rest unguessable; of a shorter one nothing is shown.
    private const int LongEnough = 40;

    /// <summary>First four, <c>****</c>, last four characters of a long secret; <c>****</c> of a short one; empty when unset.</summary>
    public static string Masked(string? secret) => secret switch
    {
        null or "" => "",
        { Length: < LongEnough } => "****",
        _ when secret.Contains(',', StringComparison.Ordinal) || secret.Contains('\n', StringComparison.Ordinal) => "****",
        _ => $"{secret[..4]}****{secret[^4..]}",
    };
}
