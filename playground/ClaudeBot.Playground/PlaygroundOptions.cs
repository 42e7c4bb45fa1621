namespace ClaudeBot.Playground;

/// <summary>How a playground is set up.</summary>
public sealed record PlaygroundOptions
{
    /// <summary>The folder of the bare git repositories; it is made when it is not there.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The port on 127.0.0.1; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Requests to the API per hour and caller.</summary>
    public int RateLimit { get; init; } = 5000;

    /// <summary>Who acts on the pages; null: the owner of each repository.</summary>
    public string? PageLogin { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
