using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ClaudeBot.Agents;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The programs that the bot starts: git, the Claude Code CLI, and the sandbox.</summary>
internal sealed partial class ToolsExamination(ProcessRunner processes, ClaudeCodeProgram claudeCode, AgentOptions agents, SandboxRunner sandbox, SandboxOptions sandboxOptions) : IExamination
{
    /// <summary>GIT_CONFIG_GLOBAL came with 2.32, what guards folders of other users with 2.35.2 (git's release notes).</summary>
    private static readonly Version OldestGit = new(2, 35, 2);

    public string Subject => "programs";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await GitAsync(cancellationToken);
        yield return await ClaudeCodeAsync(cancellationToken);
        yield return await SandboxAsync(cancellationToken);
        if (await sandbox.LacksProcessLimitAsync())
            yield return Finding.Warning("sandbox", "the number of an agent's processes is not limited, because the bot runs as root and may make no control group", "Run it as another user");
    }

    private async Task<Finding> GitAsync(CancellationToken cancellationToken)
    {
        const string Check = "git";
        var remedy = $"Install git {OldestGit} or newer (Debian, Ubuntu: apt-get install git)";
        try
        {
            var result = await processes.RunAsync(
                new ProcessRequest { Program = "git", Arguments = ["--version"], WorkingDirectory = "/", Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" }, Timeout = TimeSpan.FromSeconds(20) },
                cancellationToken);
            var told = result.Output.Trim();
            if (!result.Succeeded || !Version.TryParse(Number().Match(told).Value, out var version))
                return Finding.Fault(Check, FaultKind.Unavailable, $"it does not tell its version: {told} {result.Error.Trim()}", remedy);
            return version >= OldestGit ? Finding.Ok(Check, told) : Finding.Fault(Check, FaultKind.Unavailable, $"{told} is too old to be kept from foreign configuration", remedy);
        }
        catch (Win32Exception)
        {
            return Finding.Fault(Check, FaultKind.Unavailable, "it is not installed", remedy);
        }
    }

    private async Task<Finding> ClaudeCodeAsync(CancellationToken cancellationToken)
    {
        const string Check = "claude-code";
        if (agents.Agent == "api")
            return Finding.Ok(Check, "not needed: AGENT=api");
        if (claudeCode.Find() is not { } program && agents.Agent is null && agents.ClaudeCodePath is null)
            return Finding.Warning(Check, "the CLI is not installed, so the built-in agent works", "Install it with `npm ci` in tools/claude-code, name it with CLAUDE_CODE_PATH, or set AGENT=api to say that this is meant");
        try
        {
            var version = await claudeCode.VersionAsync(cancellationToken);
            return version == ClaudeCodeProgram.PinnedVersion
                ? Finding.Ok(Check, $"version {version}, the one this bot was tested with")
                : Finding.Warning(Check, $"version {version}; this bot was tested with {ClaudeCodeProgram.PinnedVersion}", "Install that one: `npm ci` in tools/claude-code");
        }
        catch (Exception error) when (error is AgentUnavailableException or Win32Exception)
        {
            return Finding.Fault(Check, FaultKind.Unavailable, error.Message.TrimEnd('.'), "Install the CLI, or set AGENT=api");
        }
    }

    private async Task<Finding> SandboxAsync(CancellationToken cancellationToken)
    {
        const string Check = "sandbox";
        if (!sandboxOptions.Enabled)
            return Finding.Warning(Check, "it is off: agents and checks run as plain processes of this user", "Set SANDBOX=on once the kernel allows it");
        return await sandbox.ProbeAsync(cancellationToken) is { } fault
            ? Finding.Fault(Check, FaultKind.Unavailable, fault.TrimEnd('.'), "docs/DEPLOYMENT.md tells what each kind of installation needs for it")
            : Finding.Ok(Check, "a command runs in it");
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Number();
}
