namespace ClaudeBot.Runs;

/// <summary>The names of a run's steps in the journal.</summary>
public static class RunStep
{
    /// <summary>The labels say "in progress".</summary>
    public const string Announce = "announce";
    /// <summary>The live comment stands.</summary>
    public const string Comment = "comment";
    /// <summary>An edit of the live comment while the run goes on.</summary>
    public const string Progress = "progress";
    /// <summary>The agent is at work; the intent is the <see cref="AgentCheckpoint"/> from which a later run can go on.</summary>
    public const string Agent = "agent";
    /// <summary>Something is asked of people; the intent is <see cref="Runs.Asked"/>, and the result tells that the task was set aside for it.</summary>
    public const string Asked = "asked";
    /// <summary>The commit is on the branch; the intent is the whole <see cref="PullRequests.ChangeReport"/>.</summary>
    public const string Push = "push";
    /// <summary>Somebody else moved the branch; written at most once in the life of a task.</summary>
    public const string Moved = "moved";
    /// <summary>The pull request is open.</summary>
    public const string PullRequest = "pull-request";
    /// <summary>Title and body of the pull request say what this run did; a pull request that is fresh says so already.</summary>
    public const string Describe = "describe";
    /// <summary>A pull request that was a draft is open for review.</summary>
    public const string Ready = "ready";
    /// <summary>Labels and comment show how the run ended; the intent is the end.</summary>
    public const string Close = "close";

    /// <summary>What is to be answered to each remark; the intent is the whole <see cref="FollowUpReport"/>.</summary>
    public const string Answers = "answers";
    /// <summary>The comment that answers what has no thread of its own.</summary>
    public const string AnswerComment = "answer-comment";

    /// <summary>A check of GitHub's is run again.</summary>
    public static string Rerun(long checkRun) => $"rerun-{checkRun}";

    /// <summary>A thread on a diff is resolved.</summary>
    public static string Resolve(long threadId) => $"resolve-{threadId}";

    /// <summary>A comment on a diff is answered.</summary>
    public static string ReviewReply(long commentId) => $"review-reply-{commentId}";
}
