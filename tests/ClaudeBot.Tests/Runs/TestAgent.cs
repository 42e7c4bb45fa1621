using ClaudeBot.Agents;

namespace ClaudeBot.Tests.Runs;

/// <summary>An agent that does what the test says, round by round.</summary>
internal sealed class TestAgent : ICodingAgent
{
    private readonly Queue<Func<AgentRequest, CancellationToken, Task<AgentResult>>> _rounds = new();

    public string Name => "scripted";

    public List<AgentRequest> Requests { get; } = [];

    /// <summary>The next round writes a file and ends as given.</summary>
    public TestAgent Writes(string path, string text, AgentEnding ending = AgentEnding.Completed) => Does(async (request, cancellationToken) =>
    {
        var file = Path.Combine(request.WorkTree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, cancellationToken);
        return Result(ending, $"Wrote {path}.");
    });

    public TestAgent Ends(AgentEnding ending, string summary) => Does((_, _) => Task.FromResult(Result(ending, summary)));

    public TestAgent Does(Func<AgentRequest, CancellationToken, Task<AgentResult>> round)
    {
        _rounds.Enqueue(round);
        return this;
    }

    public Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return _rounds.TryDequeue(out var round)
            ? round(request, cancellationToken)
            : throw new InvalidOperationException("The test planned no further round of the agent.");
    }

    public static AgentResult Result(AgentEnding ending, string summary) =>
        new() { Ending = ending, Summary = summary, SessionId = "session-1", Turns = 2, CostUsd = 0.25m, Duration = TimeSpan.FromSeconds(3) };
}
