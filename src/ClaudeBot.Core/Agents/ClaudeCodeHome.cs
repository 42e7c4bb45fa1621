using ClaudeBot.Processes;

namespace ClaudeBot.Agents;

/// <summary>
/// The agent writes in its home, and Claude Code obeys what it finds there: settings with hooks, a key helper, another
/// address for the key, MCP servers, memory. Before each start only the conversations are left, which resuming needs.
/// </summary>
public sealed class ClaudeCodeHome(ProcessRunner processes)
{
    /// <summary>What the host writes for the CLI, relative to the home.</summary>
    internal const string Instructions = ".claude-bot/instructions.md";

    // The shell's files are run by the CLI itself, to learn a person's aliases; the bot's checks never read them.
    private static readonly string[] Obeyed =
    [
        ".claude.json", ".claude.json.backup", ".claude-bot", ".mcp.json",
        ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile",
        ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout",
    ];

    private const string Conversation = @"\.claude/projects/[A-Za-z0-9_-]+/[0-9a-f-]{36}\.jsonl";
    private const string FoldersOfConversations = @"\.claude/projects(/[A-Za-z0-9_-]+)?";

    /// <exception cref="IOException">Something of the agent's could not be removed.</exception>
    public async Task CleanAsync(string home, CancellationToken cancellationToken)
    {
        var settings = new DirectoryInfo(Path.Combine(home, ".claude"));
        var isFolder = settings is { Exists: true, LinkTarget: null };
        string[] doomed = [.. Obeyed, .. isFolder ? (string[])[] : [".claude"]];

        // Folders that were closed to their owner; what is not there is no fault.
        await RunAsync("chmod", ["-R", "-f", "u+rwX", "--", .. doomed.Append(".claude")], home, cancellationToken);
        await RequireAsync("rm", ["-rf", "--", .. doomed], home, cancellationToken);
        if (!isFolder)
            return;

        await RequireAsync(
            "find",
            [
                ".claude", "-mindepth", "1", "-depth", "-regextype", "posix-extended",
                "!", "(", "-type", "f", "-regex", Conversation, ")",
                "!", "(", "-type", "d", "-regex", FoldersOfConversations, ")",
                "-delete",
            ],
            home,
            cancellationToken);
    }

    private async Task RequireAsync(string program, string[] arguments, string home, CancellationToken cancellationToken)
    {
        var result = await RunAsync(program, arguments, home, cancellationToken);
        if (!result.Succeeded)
            throw new IOException($"The agent's home {home} could not be cleaned: {result.Error.Trim()}");
    }

    private Task<ProcessResult> RunAsync(string program, string[] arguments, string home, CancellationToken cancellationToken) => processes.RunAsync(
        new ProcessRequest
        {
            Program = program,
            Arguments = arguments,
            WorkingDirectory = home,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["LC_ALL"] = "C" },
        },
        cancellationToken);
}
