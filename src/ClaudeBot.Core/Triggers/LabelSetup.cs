using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Makes the bot's labels in each served repository once, when the bot starts or is installed there, so that people find the label to put on.
/// A repository where it may not do so is told of in the log and served all the same.
/// </summary>
public sealed partial class LabelSetup(GitHubClient github, ServedRepositories served, TriggerOptions options, TimeProvider time, ILogger<LabelSetup> logger) : BackgroundService
{
    private readonly HashSet<RepositoryName> _done = [];

    /// <summary>Looks after every repository that it has not looked after yet.</summary>
    public async Task SetUpNewAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var repository in (await served.ListAsync(cancellationToken)).Where(_done.Add))
                await SetUpAsync(repository, cancellationToken);
        }
        catch (GitHubException fault)
        {
            Log.NotListed(logger, fault.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await SetUpNewAsync(stoppingToken);

        // An App can be installed in more repositories while the bot runs.
        while (served.CanGrow)
        {
            await Task.Delay(options.IssueCheckInterval, time, stoppingToken);
            await SetUpNewAsync(stoppingToken);
        }
    }

    private async Task SetUpAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        try
        {
            var made = await github.EnsureLabelsAsync(repository, BotLabels.Definitions(options.BotLabel), cancellationToken);
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
