using ClaudeBot.Processes;

namespace ClaudeBot.Workspaces;

/// <summary>
/// Removes what an agent made. By the system's own tools, without a shell: names need not be UTF-8 there, as they must
/// for .NET, nor paths be short. No link is followed.
/// </summary>
internal sealed class FolderRemoval(ProcessRunner processes)
{
    /// <summary>Removes a folder with whatever lies in it. Missing is fine.</summary>
    /// <exception cref="IOException">Something could not be removed.</exception>
    public async Task RemoveAsync(string folder)
    {
        if (!Directory.Exists(folder))
            return;

        // Renamed first: an interrupted removal must never leave half a workspace under its name.
        var doomed = $"{folder}.removed-{Path.GetRandomFileName()}";
        Directory.Move(folder, doomed);
        var (parent, name) = (Path.GetDirectoryName(doomed)!, Path.GetFileName(doomed));
        if ((await RunAsync("rm", ["-rf", "--", name], parent)).Succeeded)
            return;

        // A folder that its owner closed to himself.
        await RunAsync("chmod", ["-R", "-f", "u+rwX", "--", name], parent);
        await RequireAsync("rm", ["-rf", "--", name], parent);
    }

    /// <summary>
    /// Makes an agent's home fit for new work: what earlier runs left there goes, settings, keys and tools alike, but
    /// for Claude Code's conversations, by which a session is resumed.
    /// </summary>
    /// <exception cref="IOException">Something could not be removed.</exception>
    public async Task EmptyHomeAsync(string home)
    {
        if (new DirectoryInfo(home).LinkTarget is not null)
            File.Delete(home);
        WorkspaceFolders.Create(home);
        await RunAsync("chmod", ["-R", "-f", "u+rwX", "--", "."], home);
        await RequireAsync(
            "find",
            [
                ".", "-mindepth", "1", "-depth",
                "!", "(", "-type", "d", "(", "-path", "./.claude", "-o", "-path", "./.claude/projects", ")", ")",
                "!", "-path", "./.claude/projects/*", "-delete",
            ],
            home);
    }

    private async Task RequireAsync(string program, string[] arguments, string folder)
    {
        var result = await RunAsync(program, arguments, folder);
        if (!result.Succeeded)
            throw new IOException($"{folder} could not be cleaned: {result.Error.Trim()}");
    }

    // Not to be cancelled: what is half removed is no use to anybody.
    private Task<ProcessResult> RunAsync(string program, string[] arguments, string folder) => processes.RunAsync(
        new ProcessRequest
        {
            Program = program,
            Arguments = arguments,
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["LC_ALL"] = "C" },
        },
        CancellationToken.None);
}
