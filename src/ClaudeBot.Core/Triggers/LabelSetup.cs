using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Makes the bot's labels in each served repository once, when the bot starts, so that people find the label to put on.
/// A repository where it may not do so is told of in the log and served all the same.
/// </summary>
public sealed partial class LabelSetup(GitHubClient github, ServedRepositories served, TriggerOptions options, ILogger<LabelSetup> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var repository in await served.ListAsync(stoppingToken))
                await SetUpAsync(repository, stoppingToken);
        }
        catch (GitHubException fault)
        {
            Log.NotListed(logger, fault.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task SetUpAsync(RepositoryName repository, CancellationToken stoppingToken)
    {
        try
        {
            var made = await github.EnsureLabelsAsync(repository, BotLabels.Definitions(options.BotLabel), stoppingToken);
            if (made.Count > 0)
                Log.Made(logger, made.Count, repository);
        }
        catch (GitHubException fault)
        {
            Log.Failed(logger, repository, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Made {Count} labels in {Repository}")]
        public static partial void Made(ILogger logger, int count, RepositoryName repository);

        [LoggerMessage(2, LogLevel.Warning, "The labels of {Repository} could not be set up: {Reason} Work goes on; `claude-bot labels setup` tries again.")]
        public static partial void Failed(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The repositories to set labels up in are not known: {Reason} Work goes on; `claude-bot labels setup` tries again.")]
        public static partial void NotListed(ILogger logger, string reason);
    }
}
