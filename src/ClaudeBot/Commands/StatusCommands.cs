using System.CommandLine;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;

namespace ClaudeBot.Commands;

/// <summary><c>status show|report</c>.</summary>
internal sealed class StatusCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build()
    {
        var show = Show();
        return new Command("status", "How the bot is doing; alone, as 'status show'.\nExample: claude-bot status") { Action = show.Action, Subcommands = { show, Report() }, Options = { options.Json } };
    }

    private Command Show()
    {
        var show = new Command("show", "Show how the bot is doing.\nExample: claude-bot status show --json") { options.Json };
        show.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var status = await TakeAsync(services, token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(status);
            else
                Print(status);
            return ExitCode.Ok;
        }));
        return show;
    }

    private Command Report()
    {
        var botId = new Option<string?>("--bot-id") { Description = "Instead of BOT_ID." };
        var data = new Option<string?>("--data") { Description = "Instead of BOT_DATA_DIR.", HelpName = "FOLDER" };
        var web = new Option<string?>("--web-url") { Description = "Instead of STATUS_WEB_URL.", HelpName = "URL" };
        var loop = new Option<bool>("--loop") { Description = "Report again and again, until interrupted." };
        var interval = new Option<string?>("--interval") { Description = "Instead of STATUS_REPORT_INTERVAL.", HelpName = "SECONDS" };
        var report = new Command("report", "Write status.json and tell the status web, once.\nExample: claude-bot status report --web-url http://claude-status-web:5000") { botId, data, web, loop, interval, options.Json };
        report.SetAction((parsed, token) =>
        {
            var read = options.Read(parsed, surroundings, [
                (BotSettings.BotId, parsed.GetValue(botId)),
                (BotSettings.DataDirectory, parsed.GetValue(data)),
                (BotSettings.StatusWebUrl, parsed.GetValue(web)),
                (BotSettings.StatusReportInterval, parsed.GetValue(interval)),
            ]);
            var configuration = GlobalOptions.Checked(read, surroundings, ConfigurationNeeds.None);
            return RoomAccess.UseAsync(configuration, surroundings, async services =>
            {
                using var client = new StatusWebClient(configuration);
                if (!parsed.GetValue(loop))
                    return await ReportOnceAsync(services, configuration, client, parsed.GetValue(options.Json), token);
                using var timer = new PeriodicTimer(configuration.Get(BotSettings.StatusReportInterval), surroundings.Time);
                do
                {
                    await ReportOnceAsync(services, configuration, client, parsed.GetValue(options.Json), token);
                }
                while (await timer.WaitForNextTickAsync(token));
                return ExitCode.Ok;
            });
        });
        return report;
    }

    private async Task<int> ReportOnceAsync(IServiceProvider services, BotConfiguration configuration, StatusWebClient web, bool json, CancellationToken cancellationToken)
    {
        var status = await TakeAsync(services, cancellationToken);
        var file = StatusFile.Write(configuration.DataDirectory, status);
        var (code, told) = await PublishAsync(web, status, cancellationToken);
        if (json)
        {
            surroundings.Out.WriteJson(new { file, published = web.Address is not null && code == ExitCode.Ok, status });
            if (code != ExitCode.Ok)
                surroundings.Error.WriteLine(told);
            return code;
        }

        surroundings.Out.WriteLine($"Status saved locally to {file}");
        (code == ExitCode.Ok ? surroundings.Out : surroundings.Error).WriteLine(told);
        surroundings.Out.WriteLine("Status Summary:");
        Print(status);
        return code;
    }

    private static async Task<(int ExitCode, string Told)> PublishAsync(StatusWebClient web, BotStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await web.PublishAsync(status, cancellationToken);
            return (ExitCode.Ok, web.Address is { } address ? $"Status published to web dashboard {address}" : "Status not published: STATUS_WEB_URL is not set");
        }
        catch (StatusWebRefusedException error)
        {
            return (ExitCode.Authentication, $"ERROR {error.Message}");
        }
        catch (UnavailableException error)
        {
            return (ExitCode.Unavailable, $"ERROR {error.Message}");
        }
    }

    private static Task<BotStatus> TakeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var folder = services.GetRequiredService<BotConfiguration>().DataDirectory;
        var startedAt = DataFolderLock.IsTaken(folder) ? RunningBot.Read(folder)?.StartedAt : null;
        return services.GetRequiredService<StatusSnapshot>().TakeAsync(startedAt, cancellationToken);
    }

    private void Print(BotStatus status)
    {
        foreach (var (name, value) in new[]
        {
            ("Bot ID", status.BotId), ("Status", status.Status), ("Health", status.Health),
            ("Queued", status.QueuedTasks.ToString(CultureInfo.InvariantCulture)), ("Processed", status.ProcessedTasks.ToString(CultureInfo.InvariantCulture)), ("Uptime", status.Uptime),
            ("Queue", status.PausedReason),
            ("Spend today", FormattableString.Invariant($"{status.DayBudget.SpentUsd:0.00} of {status.DayBudget.CapUsd:0.00} USD")),
        }.Concat(status.DayBudget.Reached.Select(cap => ("Budget", (string?)cap))).Where(line => line.Item2 is not null))
            surroundings.Out.WriteLine($"  {name}: {value}");
    }
}
