using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ClaudeBot.Playground.Demo;

/// <summary>The bot as a child process, as an operator would start it.</summary>
internal sealed partial class BotProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int SignalKill = 9;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(40);
    private readonly Process _process;
    private readonly string _dataDirectory;

    private BotProcess(Process process, string dataDirectory) => (_process, _dataDirectory) = (process, dataDirectory);

    /// <summary>The bot's exit code; completes when it ends.</summary>
    public async Task<int> WhenEndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Starts <c>up</c>, or another verb. The child gets this process's environment and, over it, <paramref name="settings"/>.</summary>
    /// <param name="program">The path of <c>ClaudeBot.dll</c>, or of the program that a publish makes.</param>
    /// <param name="line">Told of each line that the bot prints.</param>
    /// <param name="verb">The verb with its options; null: <c>up</c>.</param>
    /// <param name="under">A program, with its arguments, that starts the bot; null: none.</param>
    /// <exception cref="InvalidOperationException">There is no such program.</exception>
    public static BotProcess Start(string program, string dataDirectory, IReadOnlyDictionary<string, string> settings, Action<string> line, IReadOnlyList<string>? verb = null, IReadOnlyList<string>? under = null)
    {
        if (!File.Exists(program))
            throw new InvalidOperationException($"There is no bot at {program}. Build it (./run does), or name it with --bot.");
        string[] command = [.. under ?? [], .. Command(program), .. verb ?? ["up"]];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["BOT_DATA_DIR"] = dataDirectory;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, data) => Tell(data.Data);
        process.ErrorDataReceived += (_, data) => Tell(data.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new BotProcess(process, dataDirectory);

        void Tell(string? text)
        {
            if (!string.IsNullOrWhiteSpace(text))
                line(text);
        }
    }

    /// <summary>What starts the program at this path.</summary>
    public static string[] Command(string program) => program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];

    /// <summary>Waits until the bot listens, and gives its real ports.</summary>
    /// <exception cref="InvalidOperationException">The bot ended instead.</exception>
    public async Task<BotPorts> WhenListeningAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_dataDirectory, "tmp", "ports.json");
        while (!File.Exists(file))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The bot ended with exit code {_process.ExitCode} before it listened; its own lines above say why.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return JsonSerializer.Deserialize<BotPorts>(await File.ReadAllTextAsync(file, cancellationToken), BotPorts.Form)!;
    }

    /// <summary>Ends the bot without warning (SIGKILL), and waits until it is gone.</summary>
    public async Task KillAsync(BotPorts bot, CancellationToken cancellationToken)
    {
        _ = Kill(bot.Pid > 0 ? bot.Pid : _process.Id, SignalKill);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Stops the bot as an operator would, and kills it when it does not end in time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Terminate);
            using var limit = new CancellationTokenSource(StopTime);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>What a running bot writes to <c>tmp/ports.json</c> of its data folder.</summary>
internal sealed record BotPorts(int? WebhookPort, int? MetricsPort, int? StatusPort)
{
    public int Pid { get; init; }

    internal static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
