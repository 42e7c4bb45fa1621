using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>Which comments are the bot's own: a hidden marker alone can be typed by anybody.</summary>
public sealed class BotIdentity(GitHubClient gitHub)
{
    private GitHubUser? _self;

    /// <summary>With this every comment of the bot begins, and none of the person whose account it may be using.</summary>
    public const string Mark = "<!-- claude-bot:";

    /// <summary>The oldest comment there that begins with the marker and is the bot's own; null when there is none (yet, or any more).</summary>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubComment?> FindCommentAsync(IssueReference subject, string marker, StringComparison comparison, CancellationToken cancellationToken)
    {
        foreach (var comment in await gitHub.ListCommentsAsync(subject, cancellationToken))
        {
            if (comment.Body.StartsWith(marker, comparison) && await IsBotAsync(comment.Author, cancellationToken))
                return comment;
        }

        return null;
    }

    /// <exception cref="GitHubException"/>
    public async Task<bool> IsBotAsync(GitHubUser author, CancellationToken cancellationToken)
    {
        try
        {
            _self ??= await gitHub.GetCurrentUserAsync(cancellationToken);
        }
        catch (GitHubException e) when (e.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound)
        {
            // An installation token of a GitHub App has no user of its own; its comments are by an account of type Bot.
            return author.IsBot;
        }

        return author.Id == _self.Id;
    }
}
