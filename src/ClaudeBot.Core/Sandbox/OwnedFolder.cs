using System.Text.RegularExpressions;
using ClaudeBot.Processes;

namespace ClaudeBot.Sandbox;

/// <summary>
/// Temporary folders of this process, for this user alone, that bear its name: what a bot leaves that is killed, the next
/// one takes away. The name space of process ids is in the name, too: a number from another container says nothing here.
/// </summary>
internal static partial class OwnedFolder
{
    private const string Prefix = "claude-bot-";

    private static readonly string Numbers = Digits().Match(new FileInfo("/proc/self/ns/pid").LinkTarget ?? "").Value;

    /// <param name="purpose">A word for people.</param>
    public static DirectoryInfo Create(string purpose) => Directory.CreateTempSubdirectory($"{Prefix}{purpose}-{Numbers}-{RunMark.Owner}.");

    /// <summary>
    /// Removes those whose process has ended. The folder of temporary files is everybody's: nothing but what this room puts
    /// there, by its names, and no folder below.
    /// </summary>
    public static void Sweep()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (Name().Match(Path.GetFileName(folder)) is { Success: true } name && name.Groups["numbers"].Value == Numbers && !RunMark.HasLivingOwner(name.Groups["mark"].Value))
                Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(file => Content().IsMatch(Path.GetFileName(file))))
                File.Delete(file);
            Directory.Delete(folder, recursive: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Another user's, or swept by another bot at this moment.
        }
    }

    [GeneratedRegex(@"\Aclaude-bot-[a-z]+-(?<numbers>[0-9]*)-(?<mark>[0-9]+\.[0-9]+\.[^.]+)\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A([0-9]+|filter)\z")]
    private static partial Regex Content();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
