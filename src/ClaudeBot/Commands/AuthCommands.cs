using System.CommandLine;
using System.ComponentModel;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Operations;
using ClaudeBot.Processes;

namespace ClaudeBot.Commands;

/// <summary><c>auth check</c>: shows both credentials to their services; <c>auth run</c>: lends GitHub's to one command.</summary>
internal sealed class AuthCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build() => new("auth", "The credentials.") { Check(), Run() };

    private Command Check()
    {
        var check = new Command("check", "Try the GitHub token and the key of the Claude API. Exit code 77: refused, 69: could not be asked.\nExample: claude-bot auth check --env-file .env") { options.Json };
        check.SetAction((parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Model);

            // Before the bot's first start there is no ledger, and no penalty to keep.
            return Directory.Exists(configuration.DataDirectory)
                ? RoomAccess.UseAsync(configuration, surroundings, services => CheckAsync(parsed, configuration, services.GetRequiredService<IPenaltyStore>(), token))
                : CheckAsync(parsed, configuration, new MemoryPenaltyStore(), token);
        });
        return check;
    }

    private Command Run()
    {
        var command = new Argument<string[]>("COMMAND") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var run = new Command("run", "Run a program, as gh, with the bot's GitHub token in its environment. Its exit code is this one's.\nExample: claude-bot auth run -- gh auth status") { command };
        run.SetAction(async (parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.GitHub);
            var gitHub = configuration.GitHub(surroundings.Time);
            using var app = gitHub.Credential as AppCredential;
            var secret = await gitHub.Credential.TokenAsync(configuration.DefaultRepository, token) ?? "";
            var words = parsed.GetRequiredValue(command);
            try
            {
                return await ForegroundProcess.RunAsync(words[0], words[1..], GhEnvironment(gitHub.ServerUrl, secret), token);
            }
            catch (Win32Exception fault)
            {
                throw new CommandException(ExitCode.Unavailable, $"{words[0]} cannot be started: {fault.Message}.");
            }
        });
        return run;
    }

    /// <summary>"gh help environment": one pair of names for github.com, another for a server of one's own.</summary>
    private static Dictionary<string, string> GhEnvironment(Uri server, string token) => server.Host == "github.com"
        ? new() { ["GH_TOKEN"] = token }
        : new() { ["GH_HOST"] = server.Authority, ["GH_ENTERPRISE_TOKEN"] = token };

    private async Task<int> CheckAsync(ParseResult parsed, BotConfiguration configuration, IPenaltyStore penalties, CancellationToken cancellationToken)
    {
        using var authentication = new AuthCheck(configuration, penalties, surroundings.Time);
        var results = await Task.WhenAll(authentication.GitHubAsync(cancellationToken), authentication.ModelAsync(cancellationToken));
        if (parsed.GetValue(options.Json))
            surroundings.Out.WriteJson(results);
        else
            Print(results);
        return results.Any(result => result.Verdict == AuthVerdict.Refused) ? ExitCode.Authentication
            : results.All(result => result.Verdict == AuthVerdict.Accepted) ? ExitCode.Ok
            : ExitCode.Unavailable;
    }

    private void Print(IEnumerable<AuthResult> results)
    {
        foreach (var result in results)
            surroundings.Out.WriteLine(options.Mask.Mask(result.Verdict == AuthVerdict.Accepted ? result.ToString() : $"ERROR {result}"));
    }
}
