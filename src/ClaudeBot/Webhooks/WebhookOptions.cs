using ClaudeBot.Secrets;

namespace ClaudeBot.Webhooks;

/// <summary>How deliveries of GitHub are let in.</summary>
public sealed record WebhookOptions
{
    /// <summary>The largest body GitHub sends ("Webhook events and payloads", "Payload cap").</summary>
    public const long LargestBody = 25 * 1024 * 1024;

    /// <summary>The bytes that the bodies of all requests under way may take together.</summary>
    public long LargestBacklog { get; init; } = 8 * LargestBody;

    /// <summary>The shared secret (<c>GITHUB_WEBHOOK_SECRET</c>). While it is unset nothing is accepted.</summary>
    public required SecretSource Secret { get; init; }

    /// <summary>The secret to come (<c>GITHUB_WEBHOOK_SECRET_NEXT</c>), accepted beside it while rotating.</summary>
    public required SecretSource NextSecret { get; init; }
}
