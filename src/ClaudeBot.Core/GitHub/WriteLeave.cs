namespace ClaudeBot.GitHub;

/// <summary>
/// Leave to write, asked for at the last moment before a write goes out. Between a caller's own look and the wire a
/// process can stand still (SIGSTOP, a machine asleep) for longer than what it knew then is true.
/// </summary>
public static class WriteLeave
{
    private static readonly AsyncLocal<Func<bool>?> Asked = new();

    /// <summary>From here on, in this flow of calls, a write goes out only where the answer is true.</summary>
    public static void AskBeforeEachWrite(Func<bool> mayWrite) => Asked.Value = mayWrite;

    internal static bool IsGiven => Asked.Value?.Invoke() != false;
}
