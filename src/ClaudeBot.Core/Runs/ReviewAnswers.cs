using ClaudeBot.Conversation;
using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>
/// Answers what was said on a pull request, each once in the life of a task: in the threads on the diff, and in one comment for the rest. What an
/// earlier try of the task said is brought to what this one has to say.
/// </summary>
public sealed class ReviewAnswers(ReviewReplies replies, AnswerComments comments)
{
    /// <summary>In the place of a reply's id.</summary>
    private const long Refused = 0;

    /// <summary>
    /// Replies in the comment's thread, unless the reply stands there already. A refusal, since the comment was deleted or its conversation
    /// locked, is remembered: the answer is then given elsewhere, and a later run of the task must not give it here as well.
    /// </summary>
    /// <param name="commentId">The comment that is answered; any of its thread.</param>
    /// <param name="threadId">The first comment of its thread.</param>
    /// <returns>Why the thread takes no reply, in words; null when the reply stands there.</returns>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task<string?> ReplyAsync(Run run, IssueReference pullRequest, long commentId, long threadId, string text, CancellationToken cancellationToken)
    {
        var step = RunStep.ReviewReply(commentId);
        try
        {
            var reply = await run.Steps.OnceAsync(
                step,
                new { pullRequest = pullRequest.ToString(), commentId },
                lookFirst: IsTriedAgain(run),
                async token => await replies.UpdateAsync(pullRequest, commentId, text, token) is { } there ? new Written(there.Id) : null,
                async token => new Written((await replies.CreateAsync(pullRequest, commentId, threadId, text, token)).Id),
                cancellationToken);
            return reply.Id == Refused ? "An earlier run was refused." : null;
        }
        catch (GitHubException fault) when (IsRefusal(fault))
        {
            await run.Steps.EndAsync(step, new Written(Refused), cancellationToken);
            return fault.Message;
        }
    }

    /// <summary>GitHub will not have it, however often it is asked.</summary>
    public static bool IsRefusal(GitHubException fault) => fault.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound or GitHubFaultKind.Rejected;

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
