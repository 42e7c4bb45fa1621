using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ClaudeBot.Playground;

/// <summary>How a playground is set up.</summary>
public sealed record PlaygroundOptions
{
    /// <summary>The folder of the bare git repositories; it is made when it is not there.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The port; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The address that it and the scripted Claude listen on: this machine's alone, unless containers are to reach them.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>With it the local GitHub speaks TLS, and its addresses begin with <c>https://</c> and <see cref="Name"/>.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The host name in its own addresses; null: the address that it listens on.</summary>
    public string? Name { get; init; }

    /// <summary>Requests to the API per hour and caller.</summary>
    public int RateLimit { get; init; } = 5000;

    /// <summary>Who acts on the pages; null: the owner of each repository.</summary>
    public string? PageLogin { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
