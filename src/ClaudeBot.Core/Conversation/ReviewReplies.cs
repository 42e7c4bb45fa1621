using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>The bot's replies to comments on a diff, found again by a hidden marker.</summary>
public sealed class ReviewReplies(GitHubClient gitHub, BotIdentity identity, OutgoingText outgoing)
{
    /// <summary>The marker, first line of the body: it names the comment that is answered.</summary>
    public static string Marker(long commentId) => $"<!-- claude-bot:reply {commentId} -->";

    /// <summary>The bot's reply to the comment; null when there is none.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubReviewComment?> FindAsync(IssueReference pullRequest, long commentId, CancellationToken cancellationToken)
    {
        foreach (var comment in await gitHub.ListReviewCommentsAsync(pullRequest, cancellationToken))
        {
            if (comment.Body.StartsWith(Marker(commentId), StringComparison.Ordinal) && await identity.IsBotAsync(comment.Author, cancellationToken))
                return comment;
        }

        return null;
    }

    /// <summary>The bot's reply to the comment, brought to these words where an earlier try said something else; null when there is none.</summary>
    /// <param name="text">As for <see cref="CreateAsync"/>.</param>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubReviewComment?> UpdateAsync(IssueReference pullRequest, long commentId, string text, CancellationToken cancellationToken)
    {
        var body = Body(commentId, text);
        return await FindAsync(pullRequest, commentId, cancellationToken) switch
        {
            { } there when !OutgoingText.Same(there.Body, body) => await gitHub.EditReviewCommentAsync(pullRequest.Repository, there.Id, body, cancellationToken),
            var there => there,
        };
    }

    /// <summary>Those of the comments to which a reply of the bot stands.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<IReadOnlySet<long>> AnsweredAsync(IssueReference pullRequest, IEnumerable<long> commentIds, CancellationToken cancellationToken)
    {
        var marks = commentIds.Distinct().ToDictionary(Marker);
        var answered = new HashSet<long>();
        foreach (var comment in await gitHub.ListReviewCommentsAsync(pullRequest, cancellationToken))
        {
            if (marks.TryGetValue(comment.Body.Split('\n', 2)[0].TrimEnd('\r'), out var id) && await identity.IsBotAsync(comment.Author, cancellationToken))
                answered.Add(id);
        }

        return answered;
    }

    /// <summary>Writes the reply; the caller has looked before.</summary>
    /// <param name="threadId">The first comment of the thread.</param>
    /// <param name="text">Markdown; what is from outside in it is harmless already.</param>
    /// <exception cref="GitHubException"/>
    public Task<GitHubReviewComment> CreateAsync(IssueReference pullRequest, long commentId, long threadId, string text, CancellationToken cancellationToken) =>
        gitHub.ReplyToReviewCommentAsync(pullRequest, threadId, Body(commentId, text), cancellationToken);

    private string Body(long commentId, string text) => outgoing.Body($"{Marker(commentId)}\n{text}");
}
