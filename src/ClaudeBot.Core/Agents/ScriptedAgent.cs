using System.Text.Json.Nodes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>Does what it is told, step by step, without a model: for the tests of the rooms around it.</summary>
/// <param name="steps">Gives the steps of a run; asked anew for each.</param>
public sealed class ScriptedAgent(
    Func<AgentRequest, IEnumerable<ScriptedStep>> steps, AgentOptions options, SandboxRunner sandbox, SecretMask mask, TimeProvider time) : ICodingAgent
{
    public string Name => "scripted";

    public async Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        using var transcript = new Transcript(request.TranscriptPath, mask);
        using var clock = new AgentClock(time, request, cancellationToken);
        var voice = new AgentVoice(mask, request.OnEvent);
        var result = new AgentResult
        {
            Ending = AgentEnding.Completed,
            Summary = "Done.",
            SessionId = request.ResumeSession ?? Guid.NewGuid().ToString(),
        };
        request.OnSession?.Invoke(result.SessionId);
        voice.Say("started", Name);
        try
        {
            foreach (var step in steps(request))
            {
                clock.Beat();
                transcript.Write(new JsonObject { ["type"] = step.GetType().Name, ["step"] = step.ToString() });
                result = await PlayAsync(step, request, voice, result with { Turns = result.Turns + 1 }, clock.Stop);
                if (step is ScriptedStep.End)
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = result with { Ending = clock.Passed ?? AgentEnding.TimedOut, Summary = "A limit ended the agent." };
        }
        voice.Say("result", result.Summary);
        return result with { Summary = mask.Mask(result.Summary), Duration = time.GetElapsedTime(startedAt) };
    }

    private async Task<AgentResult> PlayAsync(
        ScriptedStep step, AgentRequest request, AgentVoice voice, AgentResult result, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ScriptedStep.Say(var text):
                voice.Say("text", text);
                return result with { Summary = text };
            case ScriptedStep.Write(var path, var content):
                voice.Say("tool", $"Write: {path}");
                var file = Path.Combine(request.WorkTree, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, content, cancellationToken);
                return result;
            case ScriptedStep.Run(var command):
                voice.Say("tool", $"Bash: {command}");
                var process = await sandbox.RunAsync(AgentShell.Command(command, request, options.SearchPath), AgentShell.View(request), cancellationToken);
                voice.Say("tool_result", process.Output + process.Error);
                return result;
            case ScriptedStep.WaitFor(var signal):
                await signal(cancellationToken);
                return result;
            case ScriptedStep.Spend(var usd):
                return result with { CostUsd = result.CostUsd + usd };
            case ScriptedStep.End(var ending, var summary):
                return result with { Ending = ending, Summary = summary };
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step");
        }
    }
}
