using System.Net;

namespace ClaudeBot.Playground.Claude;

/// <summary>How the stand-in for the Messages API behaves.</summary>
public sealed record ClaudeStandInOptions
{
    /// <summary>YAML files that say what is answered (see <see cref="Script"/>); the first scenario that fits wins, in file order.</summary>
    public required IReadOnlyList<string> ScriptFiles { get; init; }

    /// <summary>The only key that is accepted, in <c>x-api-key</c> or as a bearer; null accepts every request.</summary>
    public string? RequiredKey { get; init; }

    /// <summary>The address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The model ids that <c>GET /v1/models</c> names. A request may name any other: this is no check.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];
}
