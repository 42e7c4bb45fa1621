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
    private readonly Outage _outage = new();

    /// <summary>Looks after every repository that it has not looked after yet.</summary>
    /// <returns>False when some are left because of what may pass.</returns>
    public async Task<bool> SetUpNewAsync(CancellationToken cancellationToken)
    {
        var isWhole = true;
        try
        {
            foreach (var repository in (await served.ListAsync(cancellationToken)).Where(repository => !_done.Contains(repository)))
            {
                if (await SetUpAsync(repository, cancellationToken))
                    _done.Add(repository);
                else
                    isWhole = false;
            }
        }
        catch (GitHubException fault)
        {
            if (_outage.Fails(fault.Message))
                Log.NotListed(logger, fault.Message);
            return !fault.MayPass;
        }

        if (isWhole)
            _outage.Ends();
        return isWhole;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pace = new Pace(options.IssueCheckInterval);

        // An App can be installed in more repositories while the bot runs.
        while (await SetUpNewAsync(stoppingToken) is var isWhole && (!isWhole || served.CanGrow))
            await Task.Delay(pace.After(mayPass: !isWhole), time, stoppingToken);
    }

    /// <returns>False when it is worth trying again.</returns>
    private async Task<bool> SetUpAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        try
        {
            var made = await github.EnsureLabelsAsync(repository, BotLabels.Definitions(options.BotLabel), cancellationToken);
            if (made.Count > 0)
                Log.Made(logger, made.Count, repository);
        }
        catch (GitHubException fault) when (fault.MayPass)
        {
            if (_outage.Fails(fault.Message))
                Log.PutOff(logger, repository, fault.Message);
            return false;
        }
        catch (GitHubException fault)
        {
            Log.Failed(logger, repository, fault.Message);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Made {Count} labels in {Repository}")]
        public static partial void Made(ILogger logger, int count, RepositoryName repository);

        [LoggerMessage(2, LogLevel.Warning, "The labels of {Repository} could not be set up: {Reason} Work goes on; `claude-bot labels setup` tries again.")]
        public static partial void Failed(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(3, LogLevel.Warning, "The repositories to set labels up in are not known: {Reason} Work goes on; `claude-bot labels setup` tries again.")]
        public static partial void NotListed(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Warning, "The labels of {Repository} could not be set up yet, which is tried again soon: {Reason} Work goes on.")]
        public static partial void PutOff(ILogger logger, RepositoryName repository, string reason);
    }
}
