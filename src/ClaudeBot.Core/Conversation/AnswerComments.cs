using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>The comment in which the bot answers what was said on a pull request outside the diff, where there are no threads: one for each follow-up.</summary>
public sealed class AnswerComments(GitHubClient gitHub, BotIdentity identity, OutgoingText outgoing)
{
    /// <summary>The marker, first line of the body: it names the task.</summary>
    public static string Marker(TaskId task) => $"<!-- claude-bot:answers {task} -->";

    /// <summary>The task's comment; null when there is none.</summary>
    /// <exception cref="GitHubException"/>
    public Task<GitHubComment?> FindAsync(IssueReference pullRequest, TaskId task, CancellationToken cancellationToken) =>
        identity.FindCommentAsync(pullRequest, Marker(task), StringComparison.Ordinal, cancellationToken);

    /// <summary>Writes the comment; the caller has looked before.</summary>
    /// <param name="text">Markdown; what is from outside in it is harmless already.</param>
    /// <exception cref="GitHubException"/>
    public Task<GitHubComment> CreateAsync(IssueReference pullRequest, TaskId task, string text, CancellationToken cancellationToken) =>
        gitHub.CreateCommentAsync(pullRequest, outgoing.Body($"{Marker(task)}\n{text}"), cancellationToken);
}
