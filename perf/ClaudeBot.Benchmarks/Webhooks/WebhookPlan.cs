namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>How the webhook benchmark runs.</summary>
internal sealed record WebhookPlan
{
    public const int Connections = 64;

    /// <summary>The folder for results and scratch data, on a disk.</summary>
    public required string Output { get; init; }

    /// <summary>The folder with <c>app.mjs</c> and probot.</summary>
    public required string Probot { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Length of one measured load.</summary>
    public required TimeSpan Duration { get; init; }

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Every contender logs each delivery; false: warnings only.</summary>
    public required bool IsVerbose { get; init; }

    public string Scratch => Path.Combine(Output, "webhooks");
}
