using System.ComponentModel;

namespace ClaudeBot.Processes;

/// <summary>Finds programs before they are started: what starts them would report a missing one only on the child's error stream.</summary>
internal static class ProgramPath
{
    private const int NotFound = 2;
    private const int NotExecutable = 13;
    private const string UsualFolders = "/usr/local/bin:/usr/bin:/bin";
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The absolute path of a program of the system's that starting children needs.</summary>
    /// <exception cref="Win32Exception">It is missing; names it and its package.</exception>
    public static string OfSystem(string name, string package) =>
        Search(name, UsualFolders)
        ?? throw new Win32Exception(NotFound, $"The program '{name}' (package {package}) is not in {UsualFolders}; it is needed to start child processes.");

    /// <summary>The absolute path of the request's program, looked up in the child's own <c>PATH</c>.</summary>
    /// <exception cref="Win32Exception">There is none, or it may not be executed.</exception>
    public static string Find(ProcessRequest request)
    {
        var path = request.Environment.GetValueOrDefault("PATH", UsualFolders);
        if (!request.Program.Contains('/', StringComparison.Ordinal))
            return Search(request.Program, path) ?? throw new Win32Exception(NotFound, $"The program '{request.Program}' is not in {path}.");

        var full = Path.GetFullPath(request.Program, request.WorkingDirectory);
        if (!File.Exists(full))
            throw new Win32Exception(NotFound, $"The program '{full}' does not exist.");
        return IsExecutable(full) ? full : throw new Win32Exception(NotExecutable, $"The file '{full}' may not be executed.");
    }

    /// <exception cref="Win32Exception">The folder does not exist.</exception>
    public static string ExistingFolder(string folder) =>
        Directory.Exists(folder) ? folder : throw new Win32Exception(NotFound, $"The working directory '{folder}' does not exist.");

    private static string? Search(string name, string path) =>
        path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(candidate => File.Exists(candidate) && IsExecutable(candidate));

    private static bool IsExecutable(string file) => (File.GetUnixFileMode(file) & AnyExecute) != 0;
}
