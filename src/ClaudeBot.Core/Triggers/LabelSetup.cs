using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Makes the bot's labels in each served repository once, when the bot starts, so that people find the label to put on.
/// A repository where it may not do so is told of in the log and served all the same.
/// </summary>
public sealed partial class LabelSetup(GitHubClient github, TriggerOptions options, ILogger<LabelSetup> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var repository in options.Repositories)
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
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Made {Count} labels in {Repository}")]
        public static partial void Made(ILogger logger, int count, RepositoryName repository);

        [LoggerMessage(2, LogLevel.Warning, "The labels of {Repository} could not be set up: {Reason} Work goes on; `claude-bot labels setup` tries again.")]
        public static partial void Failed(ILogger logger, RepositoryName repository, string reason);
    }
}
