namespace ClaudeBot.Commands;

/// <summary>How the program ends; the numbers are those of sysexits.h where it has one.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    /// <summary>A dependency is away.</summary>
    public const int Unavailable = 69;
    public const int Authentication = 77;
    public const int Configuration = 78;
}

/// <summary>A verb was used wrongly, or asks for something that is not there; the message says so to the operator.</summary>
public sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
