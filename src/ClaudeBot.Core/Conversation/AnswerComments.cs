using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>The comment in which the bot answers what was said on a pull request outside the diff, where there are no threads: one for each follow-up.</summary>
public sealed class AnswerComments(GitHubClient gitHub, BotIdentity identity, OutgoingText outgoing)
{
    /// <summary>The marker, first line of the body: it names the task.</summary>
    public static string Marker(TaskId task) => $"<!-- claude-bot:answers {task} -->";

    /// <summary>The task's comment, brought to these words where an earlier try said something else; null when there is none.</summary>
    /// <param name="text">As for <see cref="CreateAsync"/>.</param>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubComment?> UpdateAsync(IssueReference pullRequest, TaskId task, string text, CancellationToken cancellationToken)
    {
        var body = Body(task, text);
        return await identity.FindCommentAsync(pullRequest, Marker(task), StringComparison.Ordinal, cancellationToken) switch
        {
            { } there when !OutgoingText.Same(there.Body, body) => await gitHub.EditCommentAsync(pullRequest.Repository, there.Id, body, cancellationToken),
            var there => there,
        };
    }

    /// <summary>Writes the comment; the caller has looked before.</summary>
    /// <param name="text">Markdown; what is from outside in it is harmless already.</param>
    /// <exception cref="GitHubException"/>
    public Task<GitHubComment> CreateAsync(IssueReference pullRequest, TaskId task, string text, CancellationToken cancellationToken) =>
        gitHub.CreateCommentAsync(pullRequest, Body(task, text), cancellationToken);

    private string Body(TaskId task, string text) => outgoing.Body($"{Marker(task)}\n{text}");
}
