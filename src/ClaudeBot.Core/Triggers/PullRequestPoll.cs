using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>What a look at the bot's open pull requests in one repository gave.</summary>
/// <param name="Looked">Pull requests looked at.</param>
/// <param name="Stored">Remarks that are new to the inbox.</param>
/// <param name="Cancelled">Follow-ups whose pull request is open no more.</param>
internal sealed record PullRequestFinding(int Looked, int Stored, IReadOnlyList<Cancellation> Cancelled);

/// <summary>Looks at what is said about the bot's open pull requests of one repository. What was answered "unchanged" by GitHub costs nothing.</summary>
internal sealed class PullRequestPoll(GitHubClient github, ITaskQueue queue, IInbox inbox, IRemarks remarks, TimeProvider time)
{
    /// <summary>What was put into the inbox, so that the next look need not write it again.</summary>
    private readonly HashSet<string> _stored = [];

    /// <exception cref="GitHubException">The look was cut short; what it found by then is stored.</exception>
    public async Task<PullRequestFinding> LookAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var own = (await remarks.PullRequestsAsync(repository, cancellationToken)).ToHashSet();
        if (own.Count == 0)
            return new PullRequestFinding(0, 0, []);

        var open = (await github.ListOpenPullRequestsAsync(repository, cancellationToken)).Where(pull => own.Contains(pull.Reference.Number)).ToList();
        var stored = 0;
        foreach (var pull in open)
            stored += await LookAsync(pull, cancellationToken);
        return new PullRequestFinding(open.Count, stored, await CancelAsync(repository, [.. open.Select(pull => pull.Reference.Number)], cancellationToken));
    }

    /// <summary>How many pull requests into the branch are found to conflict with it, and whether GitHub knows of all.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<(int Stored, bool IsKnown)> LookForConflictsAsync(RepositoryName repository, string branch, CancellationToken cancellationToken)
    {
        var own = (await remarks.PullRequestsAsync(repository, cancellationToken)).ToHashSet();
        if (own.Count == 0)
            return (0, true);
        var (stored, isKnown) = (0, true);
        foreach (var listed in (await github.ListOpenPullRequestsAsync(repository, cancellationToken)).Where(pull => own.Contains(pull.Reference.Number) && pull.BaseBranch == branch))
        {
            // Only this call has GitHub find out.
            var pull = await github.GetPullRequestAsync(listed.Reference, cancellationToken);
            isKnown &= pull.Mergeable is not null;
            if (pull is { IsOpen: true, Mergeable: false })
                stored += await StoreAsync(pull.Reference, [(RemarkReader.Conflict(pull, time.GetUtcNow()), null)], cancellationToken);
        }

        return (stored, isKnown);
    }

    private async Task<int> LookAsync(GitHubPullRequest pull, CancellationToken cancellationToken) =>
        await StoreAsync(pull.Reference, [.. await SaidAsync(pull, cancellationToken), .. await FoundAsync(pull, cancellationToken)], cancellationToken);

    private async Task<int> StoreAsync(IssueReference pull, IReadOnlyList<(Remark Remark, GitHubUser? Author)> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0)
            return 0;
        var known = (await remarks.OfPullAsync(pull, cancellationToken)).Select(stored => (stored.Remark.Kind, stored.Remark.Key)).ToHashSet();
        var stored = 0;
        foreach (var (remark, author) in found)
        {
            var delivery = RemarkReader.Delivery(remark, author, time.GetUtcNow());
            if (!known.Contains((remark.Kind, remark.Key)) && !_stored.Contains(delivery.Id) && await inbox.StoreAsync(delivery, cancellationToken))
                stored++;
            _stored.Add(delivery.Id);
        }

        return stored;
    }

    /// <summary>Comments in the conversation are found by the poll of comments, which knows commands from remarks.</summary>
    private async Task<IReadOnlyList<(Remark Remark, GitHubUser? Author)>> SaidAsync(GitHubPullRequest pull, CancellationToken cancellationToken)
    {
        var found = new List<(Remark, GitHubUser?)>();
        foreach (var review in await github.ListReviewsAsync(pull.Reference, cancellationToken))
        {
            if (RemarkReader.Emptiness(review.Body, review.State) is null)
                found.Add((RemarkReader.Of(pull.Reference, review), review.Author));
        }

        foreach (var comment in await github.ListReviewCommentsAsync(pull.Reference, cancellationToken))
        {
            if (RemarkReader.Emptiness(comment.Body, null) is null)
                found.Add((RemarkReader.Of(pull.Reference, comment), comment.Author));
        }

        return found;
    }

    private async Task<IReadOnlyList<(Remark Remark, GitHubUser? Author)>> FoundAsync(GitHubPullRequest listed, CancellationToken cancellationToken)
    {
        var found = new List<(Remark, GitHubUser?)>();
        if (await github.GetPullRequestAsync(listed.Reference, cancellationToken) is { IsOpen: true, Mergeable: false } pull)
            found.Add((RemarkReader.Conflict(pull, time.GetUtcNow()), null));
        if (await remarks.PullOfCommitAsync(listed.Reference.Repository, listed.HeadSha, cancellationToken) is not null)
        {
            foreach (var failed in await github.ListFailedChecksAsync(listed.Reference.Repository, listed.HeadSha, cancellationToken))
                found.Add((RemarkReader.Of(listed.Reference, failed), null));
        }

        return found;
    }

    private async Task<IReadOnlyList<Cancellation>> CancelAsync(RepositoryName repository, HashSet<int> open, CancellationToken cancellationToken)
    {
        const string reason = "pull request closed";
        var cancelled = new List<Cancellation>();
        var active = await queue.ListAsync(new TaskFilter { Repository = repository, States = TaskStates.Active, Limit = 500 }, cancellationToken);
        foreach (var task in active.Where(task => task is { Kind: TaskKind.PrFeedback, IssueNumber: { } number } && !open.Contains(number)))
        {
            if (await queue.CancelAsync(task.Id, reason, "bot", cancellationToken))
                cancelled.Add(new Cancellation(task.Id, reason));
        }

        return cancelled;
    }
}
