using ClaudeBot.Sandbox;

namespace ClaudeBot.Hosting;

/// <summary>Refuses the start where the sandbox that is asked for cannot be made, and says it where none is asked for.</summary>
internal sealed partial class SandboxCheck(SandboxRunner sandbox, SandboxOptions options, ILogger<SandboxCheck> logger) : LifecycleService
{
    /// <exception cref="UnavailableException">With the reason and the remedy.</exception>
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            Log.Off(logger);
        if (await sandbox.ProbeAsync(cancellationToken) is { } fault)
            throw new UnavailableException(fault);
        if (await sandbox.LacksProcessLimitAsync())
            Log.NoProcessLimit(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "sandbox: off; agents and checks run as plain processes of this user (SANDBOX=off)")]
        public static partial void Off(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "sandbox: the number of processes is not limited, because the bot runs as root and may make no control group; run it as another user")]
        public static partial void NoProcessLimit(ILogger logger);
    }
}
