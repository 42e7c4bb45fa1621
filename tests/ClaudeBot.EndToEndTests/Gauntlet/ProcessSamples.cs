using System.Text.RegularExpressions;

namespace ClaudeBot.EndToEndTests.Gauntlet;

/// <summary>Reads the environments and arguments of all processes of the machine again and again, until it is disposed of.</summary>
internal sealed partial class ProcessSamples : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<string> _seen = [];
    private readonly Task _sampling;

    public ProcessSamples() => _sampling = Task.Run(SampleAsync);

    /// <summary>All that was seen; only to be read after the end.</summary>
    public IEnumerable<(string Where, string Text)> Seen => _seen.Select(text => ($"/proc: {text[..Math.Min(text.Length, 60)]}", text));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _sampling;
        _end.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                foreach (var (_, text) in AgentProcesses.Each("environ").Concat(AgentProcesses.Each("cmdline")))
                    _seen.Add(OwnGit().Replace(text, ""));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>The one place where the token is meant to be: the environment of the git command that speaks with the server, which no sandbox sees.</summary>
    [GeneratedRegex(@"(?<=\A|\0)CLAUDE_BOT_GIT_TOKEN=[^\0]*")]
    private static partial Regex OwnGit();
}
