using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;

namespace ClaudeBot.Commands;

/// <summary><c>explain</c>, <c>timeline</c> and <c>labels setup</c>.</summary>
internal sealed class InsightCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Explain()
    {
        var issue = new Argument<string>("OWNER/REPO#N");
        var explain = new Command("explain", "Say why an issue is, or is not, being worked on.\nExample: claude-bot explain acme/shop#42") { issue, options.Json };
        explain.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Repositories, async services =>
        {
            if (!IssueReference.TryParse(parsed.GetValue(issue), out var reference))
                throw new CommandException(ExitCode.Usage, "Write the issue as OWNER/REPO#N.");
            var answer = await services.GetRequiredService<IssueExplainer>().ExplainAsync(reference, token);
            if (services.GetRequiredService<DiskFloor>().Objection() is { } objection)
                answer = answer with { Facts = [.. answer.Facts, new RuleFact(false, objection)] };
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { issue = reference.ToString(), verdict = answer.Verdict, is_worked_on = answer.IsWorkedOn, facts = answer.Facts, tasks = answer.Tasks.Select(TaskView.Of) });
            else
                surroundings.Out.WriteLine($"{reference}: {answer.Verdict}\n{string.Join('\n', answer.Facts.Select(fact => $"  {(fact.Holds ? "yes" : "no ")} {fact.Sentence}"))}");
            return ExitCode.Ok;
        }));
        return explain;
    }

    public Command Timeline()
    {
        var since = new Option<DateTimeOffset>("--since") { Description = "From this time on, as 2026-01-31T08:00:00Z (UTC unless it says otherwise), or so long ago, as 90m, 2h, 1d.", HelpName = "T", Required = true, CustomParser = Since };
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 1000 };
        var timeline = new Command("timeline", "The event log, for a review after an incident.\nExample: claude-bot timeline --since 2h") { since, limit, options.Json };
        timeline.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var events = await services.GetRequiredService<IEventLog>().SinceAsync(parsed.GetValue(since), parsed.GetValue(limit), token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(events.Select(entry => new { sequence = entry.Sequence, at = entry.At, kind = entry.Kind, actor = entry.Actor, task_id = entry.TaskId?.Value, subject = entry.Subject?.ToString(), message = entry.Message }));
            else
                Tables.Write(surroundings, ["Time", "Event", "By", "About", "Message"], events.Select(entry => new[] { entry.At.ToString("u", CultureInfo.InvariantCulture), entry.Kind, entry.Actor, entry.TaskId?.Value ?? entry.Subject?.ToString() ?? "", entry.Message }));
            return ExitCode.Ok;
        }));
        return timeline;
    }

    public Command Labels()
    {
        var setup = new Command("setup", "Make the bot's labels in every repository that it serves.");
        setup.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Repositories, async services =>
        {
            var triggers = services.GetRequiredService<TriggerOptions>();
            foreach (var repository in await services.GetRequiredService<ServedRepositories>().ListAsync(token))
            {
                var made = await services.GetRequiredService<GitHubClient>().EnsureLabelsAsync(repository, BotLabels.Definitions(triggers.BotLabel), token);
                surroundings.Out.WriteLine($"{repository}: {(made.Count == 0 ? "all labels are there" : "made " + string.Join(", ", made))}");
            }

            return ExitCode.Ok;
        }));
        return new Command("labels", "The bot's labels on GitHub.") { setup };
    }

    private DateTimeOffset Since(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        try
        {
            return surroundings.Time.GetUtcNow() - DurationKind.Minutes(TimeSpan.Zero, TimeSpan.FromDays(3650)).Read(text);
        }
        catch (FormatException)
        {
            result.AddError($"--since takes a time or a duration; '{text}' is neither.");
            return default;
        }
    }
}
