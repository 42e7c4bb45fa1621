using System.Reflection;
using System.Runtime.InteropServices;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.Operations;

/// <summary>Reads what the pages of a status web show of this bot beyond its status.</summary>
public sealed class DetailsSnapshot(LedgerTasks tasks, GitHubClient gitHub, LedgerOptions ledger, BotConfiguration configuration)
{
    // A report stays far below the megabyte that a status web takes.
    private const int MostTasks = 25;
    private const int MostEventsOfTask = 10;
    private const int MostSecurityEvents = 50;

    public async Task<BotDetails> TakeAsync(DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        return new BotDetails(
            OfMachine(startedAt),
            [.. gitHub.Budget.Resources.Select(limit => new RateLimit(limit.Resource, limit.Limit, limit.Remaining, limit.ResetsAt)).OrderBy(limit => limit.Resource, StringComparer.Ordinal)],
            await tasks.HistoryAsync(cancellationToken),
            await tasks.RecentAsync(MostTasks, MostEventsOfTask, cancellationToken),
            await tasks.SecurityEventsAsync(null, MostSecurityEvents, cancellationToken),
            [.. SettingsCatalogue.All.Where(setting => setting.Use != SettingUse.Elsewhere).Select(setting => new ShownSetting(setting.Name, configuration.Shown(setting), configuration.Origin(setting)))]);
    }

    private BotSystem OfMachine(DateTimeOffset startedAt)
    {
        var (free, size) = Disk();
        return new BotSystem(
            typeof(DetailsSnapshot).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            Environment.MachineName,
            Environment.ProcessorCount,
            configuration.Get(WorkSettings.Agent) ?? "automatic",
            startedAt,
            Environment.WorkingSet,
            free,
            size,
            new FileInfo(ledger.DatabasePath) is { Exists: true } file ? file.Length : 0,
            configuration.DataDirectory);
    }

    private (long Free, long Size) Disk()
    {
        try
        {
            var drive = new DriveInfo(configuration.DataDirectory);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, 0);
        }
    }
}
