using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Agents;

/// <summary>The Claude Code CLI, headless: prompt in by standard input, <c>stream-json</c> out.</summary>
public sealed partial class ClaudeCodeAgent(
    ClaudeCodeProgram program, AgentOptions options, ProcessRunner processes, GatewayPasses passes, SecretMask mask,
    TimeProvider time, ILogger<ClaudeCodeAgent> logger) : ICodingAgent
{
    public string Name => "claude-code";

    /// <inheritdoc/>
    /// <exception cref="AgentUnavailableException">The CLI is not installed.</exception>
    public async Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var executable = program.Require();
        mask.Register(request.Gateway.Token);
        // What a bot that was killed left running would go on in the same files and the same session.
        if (Leftovers.Kill("HOME", request.Home) is > 0 and var ghosts)
            Log.LeftoversKilled(logger, ghosts);
        var session = request.ResumeSession ?? Guid.NewGuid().ToString();
        var mark = Guid.NewGuid().ToString("N");
        using var transcript = new Transcript(request.TranscriptPath, mask);
        using var clock = new AgentClock(time, request, cancellationToken);
        var output = new ClaudeCodeOutput(transcript, mask, clock, request);
        var command = ClaudeCodeCommand.Build(executable, options.SearchPath, session, mark, request) with { OnOutputLine = output.Read };

        var process = await RunAsync(command, mark, clock, cancellationToken);

        var (ending, summary) = ClaudeCodeEnding.Of(output.Result, clock.Passed, process);
        if (ending is AgentEnding.Failed or AgentEnding.Overloaded && passes.WasOverBudget(request.TaskId))
            ending = AgentEnding.OverBudget;
        return new AgentResult
        {
            Ending = ending,
            Summary = mask.Mask(summary),
            SessionId = output.Session ?? session,
            SessionIsGone = request.ResumeSession is not null && ClaudeCodeEnding.SessionIsGone(output.Result),
            Turns = output.Result?["num_turns"]?.GetValue<int>() ?? 0,
            CostUsd = output.Result?["total_cost_usd"]?.GetValue<decimal>() ?? 0,
            Duration = time.GetElapsedTime(startedAt),
        };
    }

    /// <summary>Null when a limit ended it.</summary>
    private async Task<ProcessResult?> RunAsync(ProcessRequest command, string mark, AgentClock clock, CancellationToken cancellationToken)
    {
        try
        {
            return await processes.RunAsync(command, clock.Stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (Leftovers.Kill(ClaudeCodeCommand.RunMark, mark) is > 0 and var count)
                Log.LeftoversKilled(logger, count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Killed {Count} processes that the agent left behind")]
        public static partial void LeftoversKilled(ILogger logger, int count);
    }
}
