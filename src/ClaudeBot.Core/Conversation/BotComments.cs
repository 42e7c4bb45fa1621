using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>The one comment that the bot has on an issue for its whole life, found again by a hidden marker.</summary>
public sealed class BotComments(GitHubClient gitHub, BotIdentity identity, OutgoingText outgoing)
{
    /// <summary>False while GitHub's limit for new content leaves no room for an edit that nobody would miss.</summary>
    public bool MayShowProgress => gitHub.Budget.HasRoomForProgress;

    /// <summary>The marker: an HTML comment, first line of the body. It names the issue, so that a quoted copy elsewhere finds nothing.</summary>
    public static string Marker(IssueReference issue) => $"<!-- claude-bot:issue {issue} -->";

    /// <summary>The hidden marker, first line of a pull request's body: tells for which task it was opened.</summary>
    public static string Marker(TaskId task) => $"<!-- claude-bot:task {task} -->";

    /// <summary>The bot's comment on the issue, or null when there is none (yet, or any more). The oldest wins.</summary>
    /// <exception cref="GitHubException"/>
    public Task<GitHubComment?> FindAsync(IssueReference issue, CancellationToken cancellationToken) =>
        identity.FindCommentAsync(issue, Marker(issue), StringComparison.OrdinalIgnoreCase, cancellationToken);

    /// <summary>Makes the comment; the caller has looked before.</summary>
    /// <exception cref="GitHubException"/>
    public Task<GitHubComment> CreateAsync(IssueReference issue, string text, CancellationToken cancellationToken) =>
        gitHub.CreateCommentAsync(issue, Body(issue, text), cancellationToken);

    /// <exception cref="GitHubException">Also NotFound, when somebody deleted the comment.</exception>
    public Task<GitHubComment> EditAsync(IssueReference issue, long commentId, string text, CancellationToken cancellationToken) =>
        gitHub.EditCommentAsync(issue.Repository, commentId, Body(issue, text), cancellationToken);

    /// <summary>Edits the comment, or makes it again when it was deleted or never made; gives its id.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<long> WriteAsync(IssueReference issue, long? knownId, string text, CancellationToken cancellationToken)
    {
        if (knownId is { } id)
        {
            try
            {
                return (await EditAsync(issue, id, text, cancellationToken)).Id;
            }
            catch (GitHubException e) when (e.Kind == GitHubFaultKind.NotFound)
            {
            }
        }

        return await FindAsync(issue, cancellationToken) is { } found && found.Id != knownId
            ? (await EditAsync(issue, found.Id, text, cancellationToken)).Id
            : (await CreateAsync(issue, text, cancellationToken)).Id;
    }

    private string Body(IssueReference issue, string text) => outgoing.Body($"{Marker(issue)}\n{text}");
}
