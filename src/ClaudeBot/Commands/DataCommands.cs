using System.CommandLine;
using System.CommandLine.Parsing;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations;
using ClaudeBot.Operations.Backups;
using ClaudeBot.Operations.Retention;
using ClaudeBot.Queue;

namespace ClaudeBot.Commands;

/// <summary><c>data backup|restore|prune</c>.</summary>
internal sealed class DataCommands(GlobalOptions options, Surroundings surroundings)
{
    private const string Operator = "operator";

    public Command Build() => new("data", "What the bot keeps: backups, recovery, retention.") { Backup(), Restore(), Prune() };

    private Command Backup()
    {
        var to = new Option<string?>("--to") { Description = "A new file, or a folder; without it backups/ in the data folder.", HelpName = "FILE|FOLDER" };
        var keep = new Option<int?>("--keep") { Description = "Keep only so many backups in the folder, the newest.", HelpName = "N" };
        keep.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
                result.AddError("--keep takes a number from 1 on.");
        });
        var withFiles = new Option<bool>("--with-files") { Description = "Also processed/, failed/, corrupted/ and transcripts/, all in one .tar.gz." };
        var backup = new Command("backup", "Copy the ledger, also while the bot works; the copy is checked before it gets its name.\nExample: claude-bot data backup --to /backups/ --keep 14") { to, keep, withFiles, options.Json };
        backup.SetAction((parsed, token) => UseAsync(parsed, async services =>
        {
            var (folder, file) = Place(parsed.GetValue(to), services.GetRequiredService<LedgerOptions>());
            if (file is not null && parsed.GetValue(keep) is not null)
                throw new CommandException(ExitCode.Usage, "--keep counts the backups of a folder; name a folder with --to, not a file.");
            var home = new BackupFolder(folder, surroundings.Time);
            var made = await services.GetRequiredService<BackupMaker>()
                .MakeAsync(file ?? home.NewFile(parsed.GetValue(withFiles)), parsed.GetValue(withFiles), Operator, token);
            var removed = parsed.GetValue(keep) is { } number ? home.Rotate(number) : 0;
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { file = made.File, bytes = made.Bytes, schema = made.Content.Schema, tasks = made.Content.Tasks, deliveries = made.Content.Deliveries, files = made.Files, removed });
            else
                surroundings.Out.WriteLine($"Backup {made.File}: {made.Bytes} bytes, {Told(made.Content)}{(made.Files > 0 ? $", {made.Files} files" : "")}.{(removed > 0 ? $" {removed} older ones were removed." : "")}");
            return ExitCode.Ok;
        }));
        return backup;
    }

    private Command Restore()
    {
        var file = new Argument<string>("FILE") { Description = "A backup made by 'data backup', or by the bot." };
        var to = new Option<string?>("--to") { Description = "Instead of BOT_DATA_DIR; made when it is not there.", HelpName = "FOLDER" };
        var force = new Option<bool>("--force") { Description = "Also where a ledger is; it is put aside together with the queue files." };
        var restore = new Command("restore", "Put a backup into a data folder on which no bot runs.\nExample: claude-bot data restore backups/ledger-20260131T080000Z.db --to /bot/new-data") { file, to, force, options.Json };
        restore.SetAction(async (parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None);
            var (backup, folder) = (Path.GetFullPath(parsed.GetValue(file)!), Path.GetFullPath(parsed.GetValue(to) ?? configuration.DataDirectory));
            Restored restored;
            using (DataFolderLock.Take(folder, BotRole.Up))
                restored = await new BackupRestorer(surroundings.Time).RestoreAsync(backup, folder, parsed.GetValue(force), token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { file = backup, data_folder = folder, schema = restored.Content.Schema, tasks = restored.Content.Tasks, were_running = restored.WereRunning, deliveries = restored.Content.Deliveries, undecided = restored.Content.Undecided, put_aside = restored.PutAside });
            else
                Print(backup, folder, restored);
            return ExitCode.Ok;
        });
        return restore;
    }

    private void Print(string backup, string folder, Restored restored)
    {
        surroundings.Out.WriteLine($"Restored {backup} to {folder}: {Told(restored.Content)}; {restored.Content.Undecided} deliveries are not decided yet.");
        if (restored.WereRunning > 0)
            surroundings.Out.WriteLine($"{restored.WereRunning} tasks ran when the backup was made; they wait now, and no attempt was counted.");
        if (restored.PutAside is { } aside)
            surroundings.Out.WriteLine($"The ledger and queue files that were there are in {aside}. A queue file put back into queue/ becomes a task again.");
        surroundings.Out.WriteLine("The bot's next start writes the queue files and takes up what waits. Work done since the backup is not done twice: each run looks for its branch, pull request and comment on GitHub before it acts.");
    }

    private Command Prune()
    {
        var older = new Option<TimeSpan?>("--older-than") { Description = "Age, as 30d; at least 3d. Without it RETENTION_DAYS.", HelpName = "AGE", CustomParser = Age };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count." };
        var prune = new Command("prune", "Remove what ended long ago, and its files; the bot does so every day by itself. Active tasks and the memory of an issue's branch stay.\nExample: claude-bot data prune --older-than 90d --dry-run") { older, dryRun, options.Json };
        prune.SetAction((parsed, token) => UseAsync(parsed, async services =>
        {
            var configuration = services.GetRequiredService<BotConfiguration>();
            var age = parsed.GetValue(older)
                ?? (configuration.Get(DataSettings.RetentionDays) is > 0 and var days ? TimeSpan.FromDays(days) : throw new CommandException(ExitCode.Usage, "RETENTION_DAYS is 0, everything is kept; say how old with --older-than."));
            var isReal = !parsed.GetValue(dryRun);
            var (rows, files) = await services.GetRequiredService<DataRetention>().PruneAsync(surroundings.Time.GetUtcNow() - age, isReal ? Operator : null, token);
            var shrunk = isReal ? Shrink(services, configuration.DataDirectory) : null;
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { dry_run = !isReal, tasks = rows.Tasks, emptied = rows.Emptied, deliveries = rows.Deliveries, events = rows.Events, ends = files.Ends, quarantined = files.Quarantined, transcripts = files.Transcripts, sessions = files.Sessions, old_ledgers = files.OldLedgers, bytes_freed = shrunk });
            else
                Print(rows, files, isReal, shrunk);
            return ExitCode.Ok;
        }));
        return prune;
    }

    private void Print(PrunedRows rows, PrunedFiles files, bool isReal, long? shrunk)
    {
        surroundings.Out.WriteLine($"{(isReal ? "Removed" : "Would remove")}: {rows.Tasks} tasks, {rows.Deliveries} deliveries, {rows.Events} events; {files.Ends} files of ended tasks, {files.Quarantined} refused files, {files.Transcripts} transcripts, {files.Sessions} sessions, {files.OldLedgers} old ledgers.");
        surroundings.Out.WriteLine($"{(isReal ? "Emptied" : "Would empty")}: {rows.Emptied} tasks that are the memory of their issue.");
        if (isReal)
            surroundings.Out.WriteLine(shrunk is { } bytes ? $"The ledger is {bytes} bytes smaller." : "A bot runs: the free space in the ledger is used for new rows. To make the file smaller, prune again while no bot runs.");
    }

    // VACUUM holds the ledger for its whole length, which a working bot would feel.
    private static long? Shrink(IServiceProvider services, string folder)
    {
        if (DataFolderLock.IsTaken(folder))
            return null;
        using (DataFolderLock.Take(folder, BotRole.Up))
            return services.GetRequiredService<SqliteRetention>().Shrink();
    }

    private static (string Folder, string? File) Place(string? to, LedgerOptions ledger)
    {
        if (to is null)
            return (ledger.BackupDirectory, null);
        var path = Path.GetFullPath(to);
        return to.EndsWith('/') || Directory.Exists(path) ? (path, null) : (Path.GetDirectoryName(path)!, path);
    }

    private static string Told(LedgerContent content) =>
        $"{content.AllTasks} tasks ({string.Join(", ", content.Tasks.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key.Word()}"))}), {content.Deliveries} deliveries";

    private static TimeSpan? Age(ArgumentResult result)
    {
        try
        {
            return DurationKind.Days(SqliteRetention.Shortest, TimeSpan.FromDays(3650)).Read(result.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            result.AddError($"--older-than: {error.Message}. GitHub may repeat a delivery for three days, and it is known by its row.");
            return null;
        }
    }

    private Task<int> UseAsync(ParseResult parsed, Func<IServiceProvider, Task<int>> work) => RoomAccess.UseAsync(
        options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None),
        surroundings,
        services => services.AddDataCare(),
        work);
}
