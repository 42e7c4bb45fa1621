using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;

namespace ClaudeBot.Commands;

/// <summary><c>explain</c> and <c>labels setup</c>.</summary>
internal sealed class InsightCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Explain()
    {
        var issue = new Argument<string>("OWNER/REPO#N") { Description = "The issue." };
        var explain = new Command("explain", "Say why an issue is, or is not, being worked on.\nExample: claude-bot explain acme/shop#42") { issue, options.Json };
        explain.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Repositories, async services =>
        {
            if (!IssueReference.TryParse(parsed.GetValue(issue), out var reference))
                throw new CommandException(ExitCode.Usage, "Write the issue as OWNER/REPO#N.");
            var answer = await services.GetRequiredService<IssueExplainer>().ExplainAsync(reference, token);
            if (services.GetRequiredService<DiskFloor>().Objection() is { } objection)
                answer = answer with { Facts = [.. answer.Facts, new RuleFact(false, objection)] };
            if (await services.GetRequiredService<DailyCaps>().ObjectionAsync(reference.Repository, token) is { } spent)
                answer = answer with { Facts = [.. answer.Facts, new RuleFact(false, spent)] };
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { issue = reference.ToString(), verdict = answer.Verdict, is_worked_on = answer.IsWorkedOn, facts = answer.Facts, tasks = answer.Tasks.Select(TaskView.Of) });
            else
                surroundings.Out.WriteLine($"{reference}: {answer.Verdict}\n{string.Join('\n', answer.Facts.Select(fact => $"  {(fact.Holds ? "yes" : "no ")} {fact.Sentence}"))}");
            return ExitCode.Ok;
        }));
        return explain;
    }

    public Command Labels()
    {
        var setup = new Command("setup", "Make the bot's labels in every repository that it serves; those that are there are left as they are.\nExample: claude-bot labels setup --env-file .env");
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
}
