using System.CommandLine;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Commands;

/// <summary><c>queue drain|verify|quarantine</c>.</summary>
internal sealed class QueueCareCommands(GlobalOptions options, Surroundings surroundings)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public void AddTo(Command queue)
    {
        queue.Subcommands.Add(Drain());
        queue.Subcommands.Add(Verify());
        queue.Subcommands.Add(Quarantine());
    }

    private Command Drain()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks later.", DefaultValueFactory = _ => "drained by the operator" };
        var timeout = new Option<int?>("--timeout") { Description = "Give up waiting after so many seconds; the queue stays paused.", HelpName = "SECONDS" };
        var drain = new Command("drain", "Pause the queue and wait until nothing runs; before an upgrade. 'queue resume' ends the pause.\nExample: claude-bot queue drain --reason \"upgrade\" --timeout 900") { reason, timeout };
        drain.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var tasks = services.GetRequiredService<ITaskQueue>();
            await tasks.PauseAsync(parsed.GetValue(reason)!, "operator", token);
            surroundings.Out.WriteLine("The queue is paused; 'claude-bot queue resume' ends that.");
            var folder = services.GetRequiredService<BotConfiguration>().DataDirectory;
            var began = surroundings.Time.GetTimestamp();
            for (long? shown = null; ;)
            {
                var running = (await tasks.CountAsync(token)).ByState.GetValueOrDefault(TaskState.Running);
                if (running == 0)
                {
                    surroundings.Out.WriteLine("Nothing runs.");
                    return ExitCode.Ok;
                }

                if (!DataFolderLock.IsTaken(folder))
                {
                    surroundings.Out.WriteLine($"No bot runs on {folder}; {running} tasks that it left wait for its next start.");
                    return ExitCode.Ok;
                }

                if (parsed.GetValue(timeout) is { } seconds && surroundings.Time.GetElapsedTime(began) >= TimeSpan.FromSeconds(seconds))
                    throw new CommandException(ExitCode.Failed, $"{running} tasks still run after {seconds} seconds.");
                if (shown != running)
                    surroundings.Out.WriteLine($"{running} tasks run; waiting.");
                shown = running;
                await Task.Delay(Look, surroundings.Time, token);
            }
        }));
        return drain;
    }

    private Command Verify()
    {
        var verify = new Command("verify", "Check the ledger, and the queue's files against it; changes nothing. Exit code 1 when something is found.\nExample: claude-bot queue verify --json") { options.Json };
        verify.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var spool = services.GetRequiredService<SpoolOptions>();
            var check = new SpoolCheck(ActivatorUtilities.CreateInstance<SqliteSpoolStore>(services), new DataFolder(spool), spool, surroundings.Time);
            var faults = await SpoolCheck.LedgerFaultsAsync(services.GetRequiredService<SqliteLedger>(), token);
            var differences = faults.Count > 0 ? [] : await check.DifferencesAsync(token);
            var counts = await services.GetRequiredService<ITaskQueue>().CountAsync(token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { ledger_sound = faults.Count == 0, ledger_faults = faults, in_step = differences.Count == 0, differences, waiting = counts.ByState.GetValueOrDefault(TaskState.Waiting) });
            else
                Print(faults, differences, counts.ByState.GetValueOrDefault(TaskState.Waiting));
            return faults.Count + differences.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        }));
        return verify;
    }

    private void Print(IReadOnlyList<string> faults, IReadOnlyList<string> differences, long waiting)
    {
        surroundings.Out.WriteLine(faults.Count == 0 ? "The ledger is sound." : "ERROR The ledger is damaged; restore a backup:");
        foreach (var fault in faults)
            surroundings.Out.WriteLine($"  {fault}");
        if (faults.Count > 0)
            return;
        surroundings.Out.WriteLine(differences.Count == 0 ? $"The queue's files are in step with it: {waiting} tasks wait." : "The queue's files differ from it:");
        foreach (var difference in differences)
            surroundings.Out.WriteLine($"  {difference}");
    }

    private Command Quarantine()
    {
        var restore = new Option<string?>("--restore") { Description = "Put this file back into the queue, once it is corrected.", HelpName = "NAME" };
        var quarantine = new Command("quarantine", "List the files that could not be tasks, or put one back.\nExample: claude-bot queue quarantine --restore task.json") { restore, options.Json };
        quarantine.SetAction((parsed, _) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, services =>
        {
            var spool = services.GetRequiredService<SpoolOptions>();
            var files = new QuarantinedFiles(new DataFolder(spool), spool);
            if (parsed.GetValue(restore) is { } name)
            {
                if (files.Restore(name) is { } hindrance)
                    throw new CommandException(ExitCode.Failed, hindrance);
                surroundings.Out.WriteLine($"restore: {name}");
            }
            else if (parsed.GetValue(options.Json))
            {
                surroundings.Out.WriteJson(files.List());
            }
            else
            {
                Tables.Write(surroundings, ["File", "Moved", "Reason"], files.List().Select(file => new[] { file.Name, file.MovedAt?.ToString("u", CultureInfo.InvariantCulture) ?? "", file.Reason ?? "" }));
            }

            return Task.FromResult(ExitCode.Ok);
        }));
        return quarantine;
    }
}
