namespace ClaudeBot.Agents;

/// <summary>What an agent needs to reach the model through the gateway: an address and a token good for one run only.</summary>
public sealed record GatewayPass(Uri Address, string Token)
{
    /// <summary>Never shows the token.</summary>
    public override string ToString() => $"GatewayPass {{ {Address} }}";
}
