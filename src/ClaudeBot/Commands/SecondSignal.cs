using System.Runtime.InteropServices;

namespace ClaudeBot.Commands;

/// <summary>
/// While it lives: the first SIGTERM or SIGINT is the host's, which stops and sets tasks aside. Whoever sends a second
/// one does not want to wait, and the program exits at once.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _seen;

    public SecondSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Count),
    ];

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Count(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref _seen) > 1)
            Environment.Exit(ExitCode.Failed);
        signal.Cancel = true;
    }
}
