using ClaudeBot.Agents;
using ClaudeBot.GitHub;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>What an exception means for the task.</summary>
public sealed class RunFaults(RunOptions options, SecretMask mask, TimeProvider time)
{
    /// <summary>
    /// The end of a run that was broken off. What passes by itself uses no attempt, unless work of the agent is lost:
    /// it costs money again, which must not happen without bound.
    /// </summary>
    public RunEnd Explain(Exception exception, bool agentStarted) => exception switch
    {
        RunEndException ended => ended.End,
        GitHubException fault => Explain(fault, agentStarted),
        SandboxDiskException { IsOver: true } full => Failed(full.Message) with { ClearsDisk = true },
        SandboxDiskException full => Later(full.Message, options.FaultDelay, countsAttempt: true) with { ClearsDisk = true },
        AgentUnavailableException missing => Later(missing.Message, options.CredentialDelay, countsAttempt: false),
        WorkspaceException { IsTransient: true } git => Later($"Git could not reach the server: {git.Message}", options.TransientRequeueDelay, agentStarted),
        WorkspaceException git => new RunEnd.Over(Queue.TaskState.Failed, $"Git failed: {git.Message}", null),
        _ => Later(mask.Mask($"A fault of the bot itself ({exception.GetType().Name}): {exception.Message}"), options.FaultDelay, countsAttempt: true),
    };

    private RunEnd Explain(GitHubException fault, bool agentStarted) => fault.Kind switch
    {
        GitHubFaultKind.Transient => Later($"GitHub did not answer: {fault.Message}", options.TransientRequeueDelay, agentStarted),
        GitHubFaultKind.RateLimited => new RunEnd.Again(
            $"GitHub's rate limit is reached: {fault.Message}",
            fault.RetryAt ?? time.GetUtcNow() + options.TransientRequeueDelay,
            agentStarted),
        GitHubFaultKind.Unauthorized => Later($"GitHub refuses the bot's credential: {fault.Message}", options.CredentialDelay, agentStarted),
        GitHubFaultKind.Forbidden => Failed($"The bot's credential may not do this: {fault.Message}"),
        _ => Failed($"GitHub refused: {fault.Message}"),
    };

    private static RunEnd.Over Failed(string reason) => new(Queue.TaskState.Failed, reason, null);

    private RunEnd.Again Later(string reason, TimeSpan delay, bool countsAttempt) => new(reason, time.GetUtcNow() + delay, countsAttempt);
}
