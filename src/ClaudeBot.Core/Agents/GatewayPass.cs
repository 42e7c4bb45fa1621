namespace ClaudeBot.Agents;

/// <summary>What an agent needs to reach the model through the gateway: an address and a token good for one run only.</summary>
public sealed record GatewayPass(Uri Address, string Token)
{
    /// <summary>Never shows the token.</summary>
    public override string ToString() => $"GatewayPass {{ {Address} }}";
}

/// <summary>Who is charged for a pass, and up to what spend of the whole task, in US dollars; null: the gateway's default.</summary>
public sealed record GatewayGrant(TaskId Task, RepositoryName Repository, decimal? BudgetUsd);
