using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Triggers;

namespace ClaudeBot.Commands;

/// <summary><c>webhook test|replay</c>.</summary>
internal sealed class WebhookCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build() => new("webhook", "The door for GitHub's deliveries.") { Test(), Replay() };

    private Command Test()
    {
        var url = new Option<Uri?>("--url") { Description = "The address that GitHub uses, as https://bot.example.com/webhooks/github; without it the door on this machine.", HelpName = "URL", CustomParser = Address };
        var test = new Command("test", "Send pings to the bot's own door, unsigned, signed and repeated, and say what happened. Nothing is worked on by it.\nExample: claude-bot webhook test --url https://bot.example.com/webhooks/github") { url, options.Json };
        test.SetAction((parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None);
            if (!configuration.IsSet(GitHubSettings.WebhookSecret))
                throw new ConfigurationException([new ConfigurationFault(GitHubSettings.WebhookSecret.Name, "it is not set, so no delivery can be signed", "Set the secret of the webhook on GitHub")]);
            var door = parsed.GetValue(url) ?? OwnDoor(configuration);
            return RoomAccess.UseAsync(configuration, surroundings, async services =>
            {
                using var ping = new WebhookPing(door, configuration.Secret(GitHubSettings.WebhookSecret), services.GetRequiredService<IInbox>(), services.GetRequiredService<IIntakeProgress>(), surroundings.Time);
                var steps = await ping.RunAsync(token);
                if (parsed.GetValue(options.Json))
                    surroundings.Out.WriteJson(new { door, delivery = ping.Delivery, ok = steps.All(step => step.IsGood), steps });
                else
                    Print(door, ping.Delivery, steps);
                return steps.FirstOrDefault(step => !step.IsGood)?.ExitCode ?? ExitCode.Ok;
            });
        });
        return test;
    }

    private static Uri? Address(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is no address of the form https://HOST{WebhookLogs.Door}.");
        return null;
    }

    private void Print(Uri door, string delivery, IReadOnlyList<WebhookPing.Step> steps)
    {
        surroundings.Out.WriteLine($"{door}, delivery {delivery}");
        foreach (var step in steps)
            surroundings.Out.WriteLine(options.Mask.Mask($"{(step.IsGood ? "ok" : "FAULT"),-8}{step.Name}: {step.Detail}"));
    }

    private static Uri OwnDoor(BotConfiguration configuration)
    {
        var folder = configuration.DataDirectory;
        if (!DataFolderLock.IsTaken(folder) || RunningBot.Read(folder) is not { } bot)
            throw new UnavailableException($"No bot runs on the data folder {folder}. Start it, or name its door with --url.");
        return bot.WebhookPort is { } port
            ? HealthCommand.Door(bot.Address, port, WebhookLogs.Door)
            : throw new UnavailableException("The running bot's webhook door is closed. Set GITHUB_WEBHOOK_SECRET and WEBHOOK_PORT and start it again.");
    }

    private Command Replay()
    {
        var delivery = new Argument<string?>("DELIVERY") { Description = "The id that GitHub shows for the delivery (X-GitHub-Delivery).", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Every delivery that the ledger lacks from this time on, at most three days back: as 2026-01-31T08:00:00Z, or so long ago, as 90m, 2h, 1d.", HelpName = "T", CustomParser = result => Moment.Read(result, surroundings.Time) };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --since: only list." };
        var replay = new Command(
            "replay",
            "Have GitHub send again what the bot lacks. A delivery that is in the ledger is not taken twice: its issue is looked at again, as the poll does.\nExample: claude-bot webhook replay --since 2h") { delivery, since, dryRun, options.Json };
        replay.Validators.Add(result =>
        {
            if (result.GetResult(delivery) is { Tokens.Count: > 0 } == (result.GetResult(since) is not null))
                result.AddError("Name one delivery, or say from when on with --since.");
        });
        replay.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Repositories, async services =>
        {
            var room = services.GetRequiredService<DeliveryReplay>();
            var found = new List<ReplayedDelivery>();
            try
            {
                if (parsed.GetValue(delivery) is { } id)
                    found.Add(await room.ReplayAsync(id, token));
                else
                    await foreach (var one in room.ReplaySinceAsync(parsed.GetValue(since)!.Value, !parsed.GetValue(dryRun), token))
                        found.Add(one);
            }
            finally
            {
                // Also what was done before a rate limit cut it short.
                Tell(parsed, found, room.Closed);
            }

            return found.Any(one => one.Outcome == ReplayOutcome.Lost) ? ExitCode.Failed : ExitCode.Ok;
        }));
        return replay;
    }

    private void Tell(ParseResult parsed, List<ReplayedDelivery> found, IReadOnlyCollection<RepositoryName> closed)
    {
        if (parsed.GetValue(options.Json))
        {
            surroundings.Out.WriteJson(new { dry_run = parsed.GetValue<bool>("--dry-run"), deliveries = found, unreadable = closed.Select(repository => repository.ToString()) });
        }
        else
        {
            Tables.Write(surroundings, ["Delivery", "Event", "Sent", "What became of it"], found.Select(one => new[] { one.Id, one.Event ?? "", one.At?.ToString("u", CultureInfo.InvariantCulture) ?? "", one.Detail }));
            surroundings.Error.WriteLine($"{found.Count} deliveries; {found.Count(one => one.Outcome == ReplayOutcome.Redelivered)} {(parsed.GetValue<bool>("--dry-run") ? "would be" : "are")} sent again, {found.Count(one => one.Outcome is ReplayOutcome.Known or ReplayOutcome.LookedAtAgain)} are in the ledger.");
        }

        foreach (var repository in closed)
            surroundings.Error.WriteLine($"WARNING The webhooks of {repository} cannot be read with this credential (a classic token needs admin:repo_hook); the poll finds what they miss.");
    }
}
