using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The folder of the log files, where there is one: there, and written by this user.</summary>
internal sealed class LogFolderExamination(BotConfiguration configuration) : IExamination
{
    public string Subject => "log folder";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        var logs = configuration.Get(BotSettings.LogDirectory)!;
        if (!configuration.IsSet(BotSettings.LogDirectory) && !Directory.Exists(logs))
            yield break;
        if (!Directory.Exists(logs))
            yield return Finding.Warning(Subject, $"{logs} is not there", "Run 'claude-bot doctor --fix', or set BOT_LOG_DIR") with { Cure = _ => MakeAsync(logs) };
        else if (FolderAccess.Unwritable(logs) is { } reason)
            yield return Finding.Fault(Subject, FaultKind.Unavailable, $"{logs} cannot be written: {reason}", $"Give the folder to the user that the program runs as: chown -R USER {logs}");
        else
            yield return Finding.Ok(Subject, $"{logs} can be written");
    }

    private static Task<string> MakeAsync(string logs)
    {
        Directory.CreateDirectory(logs);
        return Task.FromResult($"made {logs}");
    }
}
