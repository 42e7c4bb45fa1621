using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Operations;

namespace ClaudeBot.Commands;

/// <summary><c>auth check</c>: shows both credentials to their services; for the rotation of keys.</summary>
internal sealed class AuthCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build()
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
        return new Command("auth", "The credentials.") { check };
    }

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
