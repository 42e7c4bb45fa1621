using ClaudeBot.Conversation;
using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>
/// Answers what was said on a pull request, each once in the life of a task: in the threads on the diff, and in one comment for the rest. What an
/// earlier try of the task said is brought to what this one has to say.
/// </summary>
public sealed class ReviewAnswers(ReviewReplies replies, AnswerComments comments)
{
    /// <summary>Replies in the comment's thread, unless the reply stands there already; gives its id.</summary>
    /// <param name="commentId">The comment that is answered; any of its thread.</param>
    /// <param name="threadId">The first comment of its thread.</param>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task<long> ReplyAsync(Run run, IssueReference pullRequest, long commentId, long threadId, string text, CancellationToken cancellationToken)
    {
        var reply = await run.Steps.OnceAsync(
            RunStep.ReviewReply(commentId),
            new { pullRequest = pullRequest.ToString(), commentId },
            lookFirst: IsTriedAgain(run),
            async token => await replies.UpdateAsync(pullRequest, commentId, text, token) is { } there ? new Written(there.Id) : null,
            async token => new Written((await replies.CreateAsync(pullRequest, commentId, threadId, text, token)).Id),
            cancellationToken);
        return reply.Id;
    }

    /// <summary>Writes the task's one comment on the pull request, unless it stands there already.</summary>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public Task CommentAsync(Run run, IssueReference pullRequest, string text, CancellationToken cancellationToken) => run.Steps.OnceAsync(
        RunStep.AnswerComment,
        new { pull = pullRequest.ToString() },
        lookFirst: IsTriedAgain(run),
        async token => await comments.UpdateAsync(pullRequest, run.Task.Id, text, token) is { } there ? new Written(there.Id) : null,
        async token => new Written((await comments.CreateAsync(pullRequest, run.Task.Id, text, token)).Id),
        cancellationToken);

    // The steps of a try that somebody had done again are forgotten; what it said stands there.
    private static bool IsTriedAgain(Run run) => run.Attempt > 1;

    private sealed record Written(long Id);
}
