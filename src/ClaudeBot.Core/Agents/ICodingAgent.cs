namespace ClaudeBot.Agents;

/// <summary>
/// Something that changes a work tree as asked. It holds no GitHub token and no model key: it reaches the model
/// only through <see cref="AgentRequest.Gateway"/>.
/// </summary>
public interface ICodingAgent
{
    /// <summary><c>claude-code</c>, <c>api</c> or <c>scripted</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Works until the agent ends or a limit of the request ends it. When it returns, or throws, every process that
    /// it started in its process group is dead.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken);
}
