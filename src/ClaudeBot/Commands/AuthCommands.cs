using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Operations;

namespace ClaudeBot.Commands;

/// <summary><c>auth check</c>: shows both credentials to their services; for the rotation of keys.</summary>
internal sealed class AuthCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build()
    {
        var check = new Command("check", "Try the GitHub token and the key of the Claude API. Exit code 77: refused, 69: could not be asked.\nExample: claude-bot auth check --env-file .env") { options.Json };
        check.SetAction(async (parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.GitHub | ConfigurationNeeds.Model);
            using var authentication = new AuthCheck(configuration, surroundings.Time);
            var results = await Task.WhenAll(authentication.GitHubAsync(token), authentication.ModelAsync(token));
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(results);
            else
                Print(results);
            return results.Any(result => result.Verdict == AuthVerdict.Refused) ? ExitCode.Authentication
                : results.All(result => result.Verdict == AuthVerdict.Accepted) ? ExitCode.Ok
                : ExitCode.Unavailable;
        });
        return new Command("auth", "The credentials.") { check };
    }

    private void Print(IEnumerable<AuthResult> results)
    {
        foreach (var result in results)
            surroundings.Out.WriteLine(options.Mask.Mask(result.Verdict == AuthVerdict.Accepted ? result.ToString() : $"ERROR {result}"));
    }
}
