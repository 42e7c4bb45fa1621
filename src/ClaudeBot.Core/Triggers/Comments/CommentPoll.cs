using System.Globalization;
using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers.Comments;

/// <summary>What a look at the comments of one repository gave.</summary>
/// <param name="Changed">False when GitHub answered "unchanged".</param>
/// <param name="Found">Comments that address the bot or stand under its pull requests, and plans that were changed.</param>
/// <param name="Stored">Of those, new to the inbox.</param>
internal sealed record CommentFinding(bool Changed, int Found, int Stored);

/// <summary>
/// Finds the comments that no webhook brought. At its first look it begins with now: what was said before the bot came is
/// no order to it. A comment counts as it is when it is first seen; changed afterwards it gives no command.
/// </summary>
internal sealed class CommentPoll(GitHubClient github, IInbox inbox, IIntakeProgress progress, IRemarks remarks, TriggerOptions options, TimeProvider time)
{
    private readonly CommandReader _reader = new(options.Mention);
    private readonly ChangeWindows _windows = new(progress);

    /// <summary>What the last look found; with its first words what may still turn out to be a remark.</summary>
    private readonly Dictionary<RepositoryName, Dictionary<string, GitHubComment?>> _seen = [];

    /// <exception cref="GitHubException">The look was cut short; the next one starts from the same cursor.</exception>
    public async Task<CommentFinding> LookAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var source = $"comments:{repository}";
        var beganAt = time.GetUtcNow();
        if (await progress.CursorAsync(source, cancellationToken) is not { } cursor)
        {
            await progress.MoveCursorAsync(source, beganAt, cancellationToken);
            return new CommentFinding(false, 0, 0);
        }

        var since = _windows.Since(repository, cursor);
        var comments = await github.ListChangedCommentsAsync(repository, since, cancellationToken);
        var (found, stored) = await StoreAsync(repository, comments.Items, since, cancellationToken);

        await _windows.AdvanceAsync(source, repository, cursor, [.. comments.Items.Select(comment => comment.UpdatedAt)], cancellationToken);
        return new CommentFinding(comments.Changed, found, stored);
    }

    private async Task<(int Found, int Stored)> StoreAsync(RepositoryName repository, IReadOnlyList<GitHubComment> comments, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var before = _seen.GetValueOrDefault(repository) ?? [];
        var now = new Dictionary<string, GitHubComment?>();
        var own = comments.Count == 0 ? [] : (await remarks.PullRequestsAsync(repository, cancellationToken)).ToHashSet();
        var (found, stored) = (0, 0);

        // A plan that somebody changed and then approved is to be known as changed first.
        foreach (var (isPlan, listed) in comments.Select(comment => (IsPlan: IsChangedPlan(comment), comment)).OrderBy(entry => !entry.IsPlan))
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"comment-{repository}-{listed.Id}{(isPlan ? $"@{listed.UpdatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "")}");
            now[id] = null;
            var isKnown = before.TryGetValue(id, out var first);
            if ((isKnown && first is null) || Place(repository, listed) is not var (subject, onPullRequest))
                continue;

            // The ledger knows a pull request from the end of the run that opened it: what is said before that counts then,
            // in the words that it had at first.
            var comment = first ?? listed;
            var read = _reader.Read(comment.Body);
            var isOwn = onPullRequest && own.Contains(subject.Number);
            var mayWait = onPullRequest && !isOwn && read is null or Command.Instruction;
            now[id] = mayWait ? comment : null;
            var counts = read is not null ? !mayWait : isOwn && RemarkReader.Emptiness(comment.Body, null) is null;
            if (!isPlan && (comment.CreatedAt < since || !counts))
                continue;
            found++;
            var delivery = new Delivery
            {
                Id = id,
                Event = isPlan ? DeliveryReader.PollCommentEditEvent : DeliveryReader.PollCommentEvent,
                Body = DeliveryReader.PollBody(subject, onPullRequest, comment),
                ReceivedAt = time.GetUtcNow(),
            };
            if (await inbox.StoreAsync(delivery, cancellationToken))
                stored++;
        }

        _seen[repository] = now;
        return (found, stored);
    }

    private static bool IsChangedPlan(GitHubComment comment) => comment.UpdatedAt > comment.CreatedAt && PlanComment.TaskOf(comment.Body) is not null;

    /// <summary>Where the comment stands: its page's address ends in <c>/issues/5#issuecomment-9</c> or <c>/pull/5#issuecomment-9</c>.</summary>
    private static (IssueReference Subject, bool OnPullRequest)? Place(RepositoryName repository, GitHubComment comment)
    {
        var path = comment.HtmlUrl.Split('#')[0].Split('/');
        return path.Length > 2 && path[^2] is "issues" or "pull" && int.TryParse(path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (new IssueReference(repository, number), path[^2] == "pull")
            : null;
    }
}
