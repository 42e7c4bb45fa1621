using ClaudeBot.Processes;

namespace ClaudeBot.Agents;

/// <summary>Where the Claude Code CLI is, and which version it has.</summary>
public sealed class ClaudeCodeProgram(AgentOptions options, ProcessRunner processes)
{
    /// <summary>The version whose flags and output this room was measured with (docs/adr/0007-claude-code-flags.md).</summary>
    public const string PinnedVersion = "2.1.328";

    private const string Remedy =
        "Install it with `npm ci` in tools/claude-code, name it with CLAUDE_CODE_PATH, or use the built-in agent (AGENT=api).";

    /// <summary>The program: the one that is named, else <c>claude</c> in <c>PATH</c>, else the one that the scripts installed; null when there is none.</summary>
    public string? Find() => options.ClaudeCodePath is { Length: > 0 } named
        ? File.Exists(named) ? named : null
        : options.SearchPath.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "claude")).FirstOrDefault(File.Exists) ?? Installed();

    /// <exception cref="AgentUnavailableException">There is none.</exception>
    public string Require() => Find() ?? throw new AgentUnavailableException(options.ClaudeCodePath is { Length: > 0 } named
        ? $"The Claude Code CLI is not at {named}. {Remedy}"
        : $"The Claude Code CLI is not installed. {Remedy}");

    /// <summary>What the program says it is, as in <c>2.1.328</c>.</summary>
    /// <exception cref="AgentUnavailableException">There is none, or it does not start.</exception>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var program = Require();
        var home = Directory.CreateTempSubdirectory("claude-version-");
        try
        {
            var result = await processes.RunAsync(new ProcessRequest
            {
                Program = program,
                Arguments = ["--version"],
                WorkingDirectory = home.FullName,
                Environment = new Dictionary<string, string> { ["PATH"] = options.SearchPath, ["HOME"] = home.FullName },
                Timeout = TimeSpan.FromSeconds(30),
            }, cancellationToken);
            return result.Succeeded
                ? result.Output.Trim().Split(' ')[0]
                : throw new AgentUnavailableException($"{program} --version failed: {result.Error.Trim()} {Remedy}");
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>The scripts install into <c>artifacts/npm/claude-code</c>, beside the folder this program was built into.</summary>
    private static string? Installed()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var packages = Path.Combine(folder.FullName, "artifacts/npm/claude-code/node_modules/@anthropic-ai");
            if (Directory.Exists(packages))
                return Directory.GetDirectories(packages, "claude-code-*")
                    .Order(StringComparer.Ordinal)
                    .Select(package => Path.Combine(package, "claude"))
                    .FirstOrDefault(File.Exists);
        }
        return null;
    }
}
