using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Processes;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Operations.Doctor;

/// <summary>Whether a bot runs here, and what dead ones left: agents' processes, half-written files.</summary>
internal sealed class LeftoversExamination(BotConfiguration configuration, DataFolder folder, WorkspaceOptions workspaces, TimeProvider time) : IExamination
{
    /// <summary>Nothing is written for so long.</summary>
    private static readonly TimeSpan WritingTakes = TimeSpan.FromDays(1);

    public string Subject => "leftovers";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        var data = configuration.DataDirectory;
        yield return Finding.Ok("bot", !DataFolderLock.IsTaken(data) ? $"none runs on {data} now"
            : RunningBot.Read(data) is { } bot ? $"{bot} runs on {data}" : $"one runs on {data}");

        var homes = WorkspaceStore.Homes(workspaces);
        var orphans = Leftovers.CountOrphans(homes);
        if (orphans > 0)
            yield return Finding.Warning(Subject, $"{orphans} processes of agents live on although their bot is dead", "The bot's next start ends them, or 'claude-bot doctor --fix'") with { Cure = _ => Task.FromResult($"ended {Leftovers.KillOrphans(homes)} processes") };
        var parts = Parts();
        if (parts.Count > 0)
            yield return Finding.Warning(Subject, $"{parts.Count} half-written files in {folder.Temporary}", "Delete them, or run 'claude-bot doctor --fix'") with { Cure = _ => Remove(parts) };
        if (orphans + parts.Count == 0)
            yield return Finding.Ok(Subject, "nothing of an earlier run is left over");
    }

    private List<FileInfo> Parts()
    {
        var before = (time.GetUtcNow() - WritingTakes).UtcDateTime;
        return Directory.Exists(folder.Temporary)
            ? [.. new DirectoryInfo(folder.Temporary).EnumerateFiles("*.part").Where(file => file.LastWriteTimeUtc < before)]
            : [];
    }

    private static Task<string> Remove(List<FileInfo> parts)
    {
        parts.ForEach(part => part.Delete());
        return Task.FromResult($"deleted {parts.Count} half-written files");
    }
}
