using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>The Claude Code CLI, headless: prompt in by standard input, <c>stream-json</c> out.</summary>
public sealed class ClaudeCodeAgent(
    ClaudeCodeProgram program, ClaudeCodeHome home, AgentOptions options, SandboxRunner sandbox, GatewayPasses passes, SecretMask mask, TimeProvider time) : ICodingAgent
{
    public string Name => "claude-code";

    /// <inheritdoc/>
    /// <exception cref="AgentUnavailableException">The CLI is not installed.</exception>
    public async Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var executable = program.Require();
        mask.Register(request.Gateway.Token);
        await home.CleanAsync(request.Home, cancellationToken);
        var session = request.ResumeSession ?? Guid.NewGuid().ToString();
        using var transcript = new Transcript(request.TranscriptPath, mask);
        using var clock = new AgentClock(time, request, cancellationToken);
        var output = new ClaudeCodeOutput(transcript, mask, clock, request);
        var command = ClaudeCodeCommand.Build(executable, options.SearchPath, session, request) with { OnOutputLine = output.Read };

        var process = await RunAsync(command, AgentShell.ProgramView(request), clock, cancellationToken);

        var (ending, summary) = ClaudeCodeEnding.Of(output.Result, clock.Passed, process);
        return new AgentResult
        {
            Ending = RefusedRun.Of(ending, passes.RefusalOf(request.TaskId)),
            Summary = mask.Mask(summary),
            SessionId = output.Session ?? session,
            SessionIsGone = request.ResumeSession is not null && ClaudeCodeEnding.SessionIsGone(output.Result),
            Turns = output.Turns,
            CostUsd = output.CostUsd,
            Duration = time.GetElapsedTime(startedAt),
        };
    }

    /// <summary>Null when a limit ended it.</summary>
    private async Task<ProcessResult?> RunAsync(ProcessRequest command, SandboxView view, AgentClock clock, CancellationToken cancellationToken)
    {
        try
        {
            return await sandbox.RunAsync(command, view, clock.Stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
