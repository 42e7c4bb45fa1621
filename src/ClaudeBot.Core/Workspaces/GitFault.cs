using System.Text.RegularExpressions;
using ClaudeBot.Processes;

namespace ClaudeBot.Workspaces;

/// <summary>Whose fault a failed git command is.</summary>
internal enum GitFault
{
    /// <summary>The host's own copy, or what was asked of it.</summary>
    Local,
    /// <summary>The network, or a server that is not well.</summary>
    Network,
    /// <summary>The server answered, and said no.</summary>
    Refused,
}

/// <summary>Reads git's exit and last words. There is no code for the kinds of failure: git prints what curl or the server said.</summary>
internal static partial class GitFaults
{
    private const int LastLines = 5;

    public static GitFault Classify(ProcessResult result) => result switch
    {
        { TimedOut: true } => GitFault.Network,
        _ when Refusal().IsMatch(result.Error) => GitFault.Refused,
        _ when Outage().IsMatch(result.Error) => GitFault.Network,
        _ => GitFault.Local,
    };

    /// <summary>The last lines of the error stream, on one line.</summary>
    public static string LastWords(ProcessResult result)
    {
        var lines = result.Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? $"exit code {result.ExitCode}" : string.Join("; ", lines.TakeLast(LastLines));
    }

    [GeneratedRegex(
        """
        Authentication\ failed | could\ not\ read\ (Username|Password) | Repository\ not\ found | Permission\ to\ .+\ denied
        | (returned\ error:|HTTP)\ 4(?!29|08)\d\d | repository\ '.*'\ not\ found | does\ not\ appear\ to\ be\ a\ git\ repository
        | transport\ '.*'\ not\ allowed | \[remote\ rejected\] | \[rejected\]
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Refusal();

    [GeneratedRegex(
        """
        Could\ not\ resolve | Failed\ to\ connect | Couldn't\ connect | Connection\ (timed\ out|refused|reset|closed|was\ reset) | timed\ out
        | (returned\ error:|HTTP)\ (5\d\d|429|408) | RPC\ failed | early\ EOF | hung\ up\ unexpectedly | unexpected\ disconnect
        | Empty\ reply | (gnutls|SSL|TLS)[^;]*(error|failed|handshake|SYSCALL) | Network\ is\ unreachable | No\ route\ to\ host
        | transfer\ closed | Operation\ too\ slow | unable\ to\ access | Internal\ Server\ Error | No\ space\ left\ on\ device
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase)]
    private static partial Regex Outage();
}
