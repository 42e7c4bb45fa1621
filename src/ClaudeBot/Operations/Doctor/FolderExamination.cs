using ClaudeBot.Configuration;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The data folder: there, written by this user, open to nobody else; room on its disk.</summary>
internal sealed class FolderExamination(BotConfiguration configuration, DataFolder folder, LedgerOptions ledger, IServiceProvider services) : IExamination
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _data = configuration.DataDirectory;

    public string Subject => "data folder";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        foreach (var finding in LookAtData())
            yield return finding;
        yield return Disk();
    }

    private IEnumerable<Finding> LookAtData()
    {
        if (!Directory.Exists(_data))
        {
            yield return Finding.Warning(Subject, $"{_data} is not there; the bot's first start makes it", "Start the bot, run 'claude-bot doctor --fix', or set BOT_DATA_DIR") with { Cure = MakeAsync };
            yield break;
        }

        if (FolderAccess.Unwritable(_data) is { } reason)
        {
            yield return Finding.Fault(Subject, FaultKind.Unavailable, $"{_data} cannot be written: {reason}", $"Give the folder to the user that the bot runs as: chown -R USER {_data}");
            yield break;
        }

        var missing = folder.Missing();
        if (missing.Count > 0)
            yield return Finding.Warning(Subject, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing in {_data}", "The bot's next start makes them, or 'claude-bot doctor --fix'") with { Cure = MakeAsync };
        var open = Private().Where(path => (File.GetUnixFileMode(path) & OfOthers) != 0 && IsOurs(path)).ToList();
        if (open.Count > 0)
            yield return Finding.Warning(Subject, $"other users may enter or read {string.Join(", ", open)}", $"Run 'claude-bot doctor --fix', or chmod -R go= {_data}") with { Cure = _ => CloseAsync(open) };
        if (missing.Count + open.Count == 0)
            yield return Finding.Ok(Subject, $"{_data} is whole, and this user's alone");
    }

    private Finding Disk()
    {
        const string Check = "disk";
        var at = _data;
        while (!Directory.Exists(at))
            at = Path.GetDirectoryName(at)!;
        var drive = new DriveInfo(at);
        var (free, floor) = (drive.AvailableFreeSpace >> 20, configuration.Get(DoorSettings.DiskFloor));
        var told = $"{free} MB of {drive.TotalSize >> 20} MB are free where {at} lies";
        if (free < floor)
            return Finding.Fault(Check, FaultKind.Unavailable, $"{told}; DISK_FLOOR_MB asks for {floor}, and no task is started until then", "Make room: 'claude-bot data prune --older-than 7d', remove mirrors/, or enlarge the disk");
        return free < 2L * floor
            ? Finding.Warning(Check, $"{told}; under {floor} MB no task is started", "Make room: 'claude-bot data prune --older-than 7d', or enlarge the disk")
            : Finding.Ok(Check, told);
    }

    private IEnumerable<string> Private() =>
        new[] { _data }.Concat(folder.Present()).Concat(Directory.EnumerateFiles(_data, "ledger.db*"));

    // The ledger first: with an empty queue/ a bot would take every waiting task for cancelled by its removed file.
    private async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(ledger.DatabasePath) && !Directory.Exists(folder.Queue))
            await services.GetRequiredService<SqliteSpoolStore>().ForgetFilesAsync(cancellationToken);
        folder.Create();
        return $"{_data} is whole";
    }

    private static Task<string> CloseAsync(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                OwnerOnly.CreateDirectory(path);
            else
                OwnerOnly.Restrict(path);
        }

        return Task.FromResult($"closed to other users: {string.Join(", ", paths)}");
    }

    /// <summary>A volume's root may be root's, open to the bot by its group (Kubernetes' fsGroup): its rights are the administrator's affair.</summary>
    private static bool IsOurs(string path)
    {
        try
        {
            // Only the owner may set rights, also those that are there.
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
