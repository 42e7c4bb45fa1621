using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Secrets;

namespace ClaudeBot.Operations;

/// <summary>Tries the credentials at the start and whenever one of them changed, and says in the log what came of it.</summary>
internal sealed partial class AuthNotice(BotConfiguration configuration, IPenaltyStore penalties, TimeProvider time, ILogger<AuthNotice> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var check = new AuthCheck(configuration, penalties, time);
        var (gitHub, model) = (configuration.Secret(configuration.IsSet(GitHubSettings.AppId) ? GitHubSettings.AppPrivateKey : GitHubSettings.Token), new SecretPool(configuration.Secret(WorkSettings.ApiKeys), configuration.Secret(WorkSettings.ApiKey)));
        var (gitHubSeen, modelSeen) = ("", "");
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                if (HasChanged(gitHub.Current(), ref gitHubSeen))
                    Tell(await check.GitHubAsync(stoppingToken));
                if (HasChanged(model.Current() is { Count: > 0 } keys ? string.Join('\n', keys) : null, ref modelSeen))
                    Tell(await check.ModelAsync(stoppingToken));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    // The value itself is not kept.
    private static bool HasChanged(string? secret, ref string seen)
    {
        if (secret is not { } value || Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value))) is var now && now == seen)
            return false;
        seen = now;
        return true;
    }

    private void Tell(AuthResult result)
    {
        if (result.Verdict == AuthVerdict.Refused)
            Log.AuthRefused(logger, result);
        else
            Log.Told(logger, result.Verdict == AuthVerdict.Accepted ? LogLevel.Information : LogLevel.Warning, result);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Result}")]
        public static partial void Told(ILogger logger, LogLevel level, AuthResult result);

        [LoggerMessage(2, LogLevel.Error, "{Result}")]
        public static partial void AuthRefused(ILogger logger, AuthResult result);
    }
}
