namespace ClaudeBot.Processes;

/// <summary>
/// The only place that starts child processes. A child leads its own process group (it is started through
/// <c>setsid</c>), so that stopping it ends its whole group: SIGTERM, then SIGKILL after
/// <see cref="ProcessRequest.StopGrace"/>. Arguments are a list and are never logged.
/// </summary>
public sealed class ProcessRunner(TimeProvider time)
{
    /// <summary>Runs to the end. Output is read to the end even when a grandchild keeps the pipe, up to five seconds.</summary>
    /// <exception cref="OperationCanceledException">The token fired; the whole process group is dead by then.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started; names it.</exception>
    public Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{time} {request} {cancellationToken}");
}
