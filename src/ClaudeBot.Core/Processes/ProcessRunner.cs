using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;

namespace ClaudeBot.Processes;

/// <summary>
/// The only place that starts child processes. A child leads its own process group (it is started through
/// <c>setsid</c>), so that stopping it ends its whole group: SIGTERM, then SIGKILL after
/// <see cref="ProcessRequest.StopGrace"/>. Whatever of the group outlives the child is killed too, before the result
/// is given. The kernel kills the child when this process dies, however it dies (<c>setpriv --pdeathsig</c>).
/// Arguments are a list and are never logged.
/// </summary>
public sealed class ProcessRunner(TimeProvider time)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>How long output is still read after the child's end while a grandchild keeps the pipe.</summary>
    internal TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs to the end. Output is read to the end even when a grandchild keeps the pipe, up to five seconds.</summary>
    /// <exception cref="OperationCanceledException">The token fired; the whole process group is dead by then.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started; names it.</exception>
    /// <remarks>An exception of a line callback stops the child and is thrown on from here.</remarks>
    public async Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var startedAt = time.GetTimestamp();
        using var process = await StartAsync(request);
        using var timeout = new CancellationTokenSource(request.Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var drainEnd = new CancellationTokenSource();
        using var output = new OutputReader(process.StandardOutput, request.OnOutputLine, request.KeepCharacters, stop.Cancel);
        using var error = new OutputReader(process.StandardError, request.OnErrorLine, request.KeepCharacters, stop.Cancel);
        var streams = Task.WhenAll(
            output.ReadToEndAsync(drainEnd.Token),
            error.ReadToEndAsync(drainEnd.Token),
            WriteInputAsync(process, request.StandardInput, drainEnd.Token));

        var family = new ProcessFamily(process.Id, request.IsSupervisor);
        var stopped = false;
        try
        {
            await process.WaitForExitAsync(stop.Token);
            await DrainAsync(streams, stop.Token);
        }
        catch (OperationCanceledException)
        {
            stopped = !process.HasExited;
            await StopAsync(process, family, request.StopGrace);
        }

        await family.KillAsync();
        await DrainAsync(streams, CancellationToken.None);
        await drainEnd.CancelAsync();
        await streams;

        if ((output.Fault ?? error.Fault) is { } fault)
            ExceptionDispatchInfo.Throw(fault);
        if (stopped)
            cancellationToken.ThrowIfCancellationRequested();
        return new ProcessResult(
            process.ExitCode,
            TimedOut: stopped && timeout.IsCancellationRequested,
            output.Tail,
            error.Tail,
            time.GetElapsedTime(startedAt));
    }

    private static Task<Process> StartAsync(ProcessRequest request)
    {
        string[] command = [ProgramPath.OfSystem("setpriv", "util-linux"), "--pdeathsig", "KILL", ProgramPath.Find(request), .. request.Arguments];
        var start = new ProcessStartInfo(ProgramPath.OfSystem("setsid", "util-linux"), command)
        {
            WorkingDirectory = ProgramPath.ExistingFolder(request.WorkingDirectory),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = request.OutputEncoding ?? Utf8,
            StandardErrorEncoding = Utf8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;

        return ProcessLauncher.StartAsync(start);
    }

    private static async Task WriteInputAsync(Process process, string? text, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = process.StandardInput;
            await input.WriteAsync(text.AsMemory(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The child may end, or close its input, without reading it all: its exit code tells whether that is a fault.
        }
    }

    private async Task DrainAsync(Task streams, CancellationToken cancellationToken)
    {
        try
        {
            await streams.WaitAsync(DrainLimit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Somebody else still holds the pipe; what the child itself wrote has been read.
        }
    }

    private async Task StopAsync(Process process, ProcessFamily family, TimeSpan grace)
    {
        // The look is taken before the signal: once the leader is gone, those that left its group cannot be told apart.
        family.Look();
        family.Terminate();
        using var graceEnd = new CancellationTokenSource(grace, time);
        try
        {
            await process.WaitForExitAsync(graceEnd.Token);
        }
        catch (OperationCanceledException)
        {
            await family.KillAsync();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
