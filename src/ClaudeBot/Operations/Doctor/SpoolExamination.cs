using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Operations.Doctor;

/// <summary>Files in <c>queue/</c> that cannot be tasks, and those set aside in <c>corrupted/</c>.</summary>
internal sealed class SpoolExamination(BotConfiguration configuration, DataFolder folder, SpoolOptions options, LedgerOptions ledger, IServiceProvider services) : IExamination
{
    public string Subject => "queue files";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        var broken = Broken();
        var botRuns = DataFolderLock.IsTaken(configuration.DataDirectory);
        if (broken.Count > 0)
        {
            var what = $"{broken.Count} in queue/ cannot be {(broken.Count == 1 ? "a task" : "tasks")}: {string.Join("; ", broken.Take(5))}{(broken.Count > 5 ? " …" : "")}";
            yield return botRuns
                ? Finding.Warning(Subject, what, "The running bot moves them to corrupted/ within moments; look there with 'claude-bot queue quarantine'")
                : Finding.Warning(Subject, what, "Run 'claude-bot doctor --fix', or start the bot: they go to corrupted/, and waiting tasks get a good copy") with { Cure = File.Exists(ledger.DatabasePath) ? MendAsync : null };
        }

        var aside = new QuarantinedFiles(folder, options).List();
        if (aside.Count > 0)
            yield return Finding.Warning(Subject, $"{aside.Count} in corrupted/: {string.Join(", ", aside.Take(5).Select(file => file.Name))}{(aside.Count > 5 ? " …" : "")}", "See why with 'claude-bot queue quarantine'; correct and --restore them, or delete them");
        if (broken.Count + aside.Count == 0)
            yield return Finding.Ok(Subject, "every file in queue/ can be a task, and none is set aside");
    }

    private List<string> Broken() => !Directory.Exists(folder.Queue)
        ? []
        : [.. from entry in new DirectoryInfo(folder.Queue).EnumerateFileSystemInfos()
              orderby entry.Name
              let fault = SpoolFile.Read(entry, options.LargestFile).Fault
              where fault is not null
              select $"{entry.Name} ({fault.TrimEnd('.')})"];

    // Beside a bot two would move the same file.
    private async Task<string> MendAsync(CancellationToken cancellationToken)
    {
        using var alone = DataFolderLock.Take(configuration.DataDirectory, BotRole.Up);
        return $"{await services.GetRequiredService<Spool>().SetAsideAsync(cancellationToken)} moved to corrupted/, each with its reason";
    }
}
