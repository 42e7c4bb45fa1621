using ClaudeBot.StatusWeb;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The folder in which a status web that stands alone keeps the bots' reports: there, and written by this user.</summary>
internal sealed class ReportFolderExamination(StatusWebOptions options) : IExamination
{
    public string Subject => "report folder";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => new[] { Look() }.ToAsyncEnumerable();

    private Finding Look()
    {
        var folder = options.DataDirectory;
        if (!Directory.Exists(folder))
            return Finding.Warning(Subject, $"{folder} is not there; the web's first start makes it", "Start the web, run 'claude-bot doctor --fix', or set STATUS_DATA_DIR") with { Cure = _ => MakeAsync(folder) };
        return FolderAccess.Unwritable(folder) is { } reason
            ? Finding.Fault(Subject, FaultKind.Unavailable, $"{folder} cannot be written: {reason}", $"Give the folder to the user that the web runs as: chown -R USER {folder}")
            : Finding.Ok(Subject, $"{folder} can be written");
    }

    private static Task<string> MakeAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        return Task.FromResult($"made {folder}");
    }
}
