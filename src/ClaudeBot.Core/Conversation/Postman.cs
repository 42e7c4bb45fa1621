using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>
/// Says what lies in the outbox, oldest first. A reaction may be given again without harm; a comment that may be out
/// already is looked for by its hidden marker before it is written. What GitHub will never take is given up and logged.
/// </summary>
public sealed partial class Postman(
    IOutbox outbox,
    GitHubClient gitHub,
    BotIdentity identity,
    OutgoingText outgoing,
    Messenger messenger,
    QueueNotices notices,
    ConversationOptions options,
    TimeProvider time,
    ILogger<Postman> logger) : BackgroundService
{
    private const int Page = 50;

    /// <summary>The marker, first line of a comment.</summary>
    public static string Marker(string key) => $"{BotIdentity.Mark}post {key} -->";

    /// <summary>One pass over all that is due; for the verb <c>once</c> and for the loop.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<long>();
        while ((await outbox.PendingAsync(Page, cancellationToken)).Where(post => seen.Add(post.Sequence)).ToList() is { Count: > 0 } due)
        {
            foreach (var post in due)
                await SayAsync(post, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var signal = new QueueSignal();
        notices.Posted += signal.Set;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.PassFailed(logger, e);
                }

                await signal.WaitAsync(options.AnnounceInterval, time, stoppingToken);
            }
        }
        finally
        {
            notices.Posted -= signal.Set;
        }
    }

    private async Task SayAsync(OutgoingPost post, CancellationToken cancellationToken)
    {
        await outbox.BeginAsync(post, cancellationToken);
        try
        {
            await outbox.EndAsync(post, await DeliverAsync(post, cancellationToken), cancellationToken);
        }
        catch (GitHubException e) when (e.MayPass || e.Kind is GitHubFaultKind.Unauthorized)
        {
            await outbox.PostponeAsync(post, e.Message, e.RetryAt ?? time.GetUtcNow() + Pause(post.Tries), cancellationToken);
            Log.Postponed(logger, post.Key, e.Message);
        }
        catch (GitHubException e)
        {
            // The comment or the issue is gone, or the bot may not write there.
            await outbox.EndAsync(post, $"given up: {e.Message}", cancellationToken);
            Log.GivenUp(logger, post.Key, e.Message);
        }
    }

    /// <returns>What came of it, for the ledger.</returns>
    private async Task<string> DeliverAsync(OutgoingPost post, CancellationToken cancellationToken)
    {
        switch (post.Kind)
        {
            case PostKind.Reaction:
                await gitHub.ReactAsync(post.Subject.Repository, post.CommentId!.Value, post.Content, cancellationToken);
                return post.Content;
            case PostKind.Comment:
                var comment = (post.Tries > 0 ? await identity.FindCommentAsync(post.Subject, Marker(post.Key), StringComparison.OrdinalIgnoreCase, cancellationToken) : null)
                    ?? await gitHub.CreateCommentAsync(post.Subject, outgoing.Body($"{Marker(post.Key)}\n{post.Content}"), cancellationToken);
                return comment.HtmlUrl;
            default:
                // Nobody can be asked whether an earlier message arrived: it is sent once, or not at all.
                return post.Tries > 0 ? "given up: a stop of the bot cut it off" : await messenger.SendAsync(post.Content, cancellationToken);
        }
    }

    /// <summary>Short at first: a person waits for the answer.</summary>
    private TimeSpan Pause(int tries) => tries < 2 ? TimeSpan.FromTicks(options.TroubleDelay.Ticks / 15) : options.TroubleDelay;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Post} could not be posted now: {Reason}")]
        public static partial void Postponed(ILogger logger, string post, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Post} is not posted: {Reason}")]
        public static partial void GivenUp(ILogger logger, string post, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A pass of the outbox failed")]
        public static partial void PassFailed(ILogger logger, Exception exception);
    }
}
