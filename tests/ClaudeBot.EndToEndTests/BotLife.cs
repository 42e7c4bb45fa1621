using System.Diagnostics;
using System.Globalization;
using ClaudeBot.Playground.Demo;

namespace ClaudeBot.EndToEndTests;

/// <summary>One life of the built executable under any verb, on the data folder of a town's bot; the test ends it as it likes.</summary>
internal sealed class BotLife : IAsyncDisposable
{
    private readonly Process _process;
    private readonly BotOnTown _town;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Words, TaskCompletionSource Said)> _waiting = [];

    private BotLife(Process process, BotOnTown town) => (_process, _town) = (process, town);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="launcher">A program, with its arguments, that runs the bot; empty: none.</param>
    public static BotLife Start(BotOnTown town, string[] verb, string[] launcher, (string Name, string Value)[] settings)
    {
        string[] command = [.. launcher, .. BotProcess.Command(BotOnTown.Program), .. verb];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in town.Settings)
            start.Environment[name] = value;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["BOT_DATA_DIR"] = town.DataDirectory;
        var life = new BotLife(new Process { StartInfo = start, EnableRaisingEvents = true }, town);
        life._process.OutputDataReceived += (_, data) => life.Hear(data.Data);
        life._process.ErrorDataReceived += (_, data) => life.Hear(data.Data);
        life._process.Start();
        life._process.StandardInput.Close();
        life._process.BeginOutputReadLine();
        life._process.BeginErrorReadLine();
        return life;
    }

    /// <summary>Completes when a line with these words has been printed; a bot that ends without it fails the test.</summary>
    public async Task WhenSaidAsync(string words)
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Exists(line => line.Contains(words, StringComparison.Ordinal)))
                return;
            _waiting.Add((words, said));
        }

        if (await Task.WhenAny(said.Task, WhenEndedAsync()) != said.Task && !said.Task.IsCompleted)
            throw new InvalidOperationException($"The bot ended with exit code {_process.ExitCode} and never said '{words}'.");
    }

    public int Id => _process.Id;

    /// <summary>Every line so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>The exit code, once it has ended and all its lines are read.</summary>
    public async Task<int> WhenEndedAsync()
    {
        await _process.WaitForExitAsync(Token);
        return _process.ExitCode;
    }

    /// <param name="signal">As kill(1) names it: KILL, TERM, STOP, CONT.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
        kill.ExitCode.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await SignalAsync("CONT");
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        foreach (var line in Lines)
            _town.Lines.Enqueue(line);
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var (_, said) in _waiting.Where(waiter => line.Contains(waiter.Words, StringComparison.Ordinal)))
                said.TrySetResult();
        }
    }
}
