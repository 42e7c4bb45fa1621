using ClaudeBot.Conversation;
using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>Answers what was said on a pull request, each once in the life of a task: in the threads on the diff, and in one comment for the rest.</summary>
public sealed class ReviewAnswers(ReviewReplies replies, AnswerComments comments)
{
    /// <summary>Replies in the comment's thread, unless the reply stands there already; gives its id.</summary>
    /// <param name="commentId">The comment that is answered; any of its thread.</param>
    /// <param name="threadId">The first comment of its thread.</param>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task<long> ReplyAsync(StepLog steps, IssueReference pullRequest, long commentId, long threadId, string text, CancellationToken cancellationToken)
    {
        var reply = await steps.OnceAsync(
            RunStep.ReviewReply(commentId),
            new { pullRequest = pullRequest.ToString(), commentId },
            lookFirst: false,
            async token => await replies.FindAsync(pullRequest, commentId, token) is { } there ? new Written(there.Id) : null,
            async token => new Written((await replies.CreateAsync(pullRequest, commentId, threadId, text, token)).Id),
            cancellationToken);
        return reply.Id;
    }

    /// <summary>Writes the task's one comment on the pull request, unless it stands there already.</summary>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public Task CommentAsync(StepLog steps, IssueReference pullRequest, TaskId task, string text, CancellationToken cancellationToken) => steps.OnceAsync(
        RunStep.AnswerComment,
        new { pull = pullRequest.ToString() },
        lookFirst: false,
        async token => await comments.FindAsync(pullRequest, task, token) is { } there ? new Written(there.Id) : null,
        async token => new Written((await comments.CreateAsync(pullRequest, task, text, token)).Id),
        cancellationToken);

    private sealed record Written(long Id);
}
