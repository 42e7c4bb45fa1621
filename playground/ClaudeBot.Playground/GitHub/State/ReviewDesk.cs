using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Hooks;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A comment someone wants to leave on the diff; a null line means the whole file.</summary>
internal sealed record LineNote(string Path, int? Line, string Side, string Body);

/// <summary>Reviews of pull requests and their comments, statuses and check runs. Callers hold the repository's gate.</summary>
internal sealed class ReviewDesk(GitHubDirectory directory, Announcer announcer)
{
    public async Task<Review> ReviewAsync(
        Issue issue, Account author, string verdict, string body, string? commitId, IReadOnlyList<LineNote> notes, CancellationToken cancellationToken)
    {
        var state = verdict switch
        {
            "APPROVE" => "APPROVED",
            "REQUEST_CHANGES" => "CHANGES_REQUESTED",
            "COMMENT" => "COMMENTED",
            "" => "PENDING",
            _ => throw RefusalException.Invalid("PullRequestReview", "event", "invalid"),
        };
        if (author == issue.Author && (state is "APPROVED" or "CHANGES_REQUESTED"))
        {
            throw new RefusalException(422, "Unprocessable Entity", new System.Text.Json.Nodes.JsonObject
            {
                ["resource"] = "PullRequestReview",
                ["code"] = "custom",
                ["message"] = state == "APPROVED" ? "Can not approve your own pull request" : "Can not request changes on your own pull request",
            });
        }

        if ((state is "CHANGES_REQUESTED" or "COMMENTED") && body.Length == 0 && notes.Count == 0)
        {
            throw RefusalException.Invalid("PullRequestReview", "body", "missing_field");
        }

        var review = new Review(directory.NextId(), author, state, body, commitId ?? issue.Pull!.HeadSha, directory.Now);
        issue.Pull!.Reviews = issue.Pull.Reviews.Add(review);
        issue.UpdatedAt = directory.Now;
        if (state != "PENDING")
        {
            announcer.Review(review, issue, author);
        }

        foreach (var note in notes)
        {
            await NoteAsync(issue, author, note, review.CommitId, review, cancellationToken);
        }

        return review;
    }

    /// <summary>A comment on the diff; outside a review GitHub makes a review of its own for it.</summary>
    public async Task<ReviewComment> NoteAsync(
        Issue issue, Account author, LineNote note, string? commitId, Review? review, CancellationToken cancellationToken)
    {
        Tracker.CheckBody("PullRequestReviewComment", note.Body);
        var pull = issue.Pull!;
        var start = await issue.Repository.Git.MergeBaseAsync(pull.BaseSha, pull.HeadSha, cancellationToken);
        var change = (await issue.Repository.Git.ChangesAsync(start, pull.HeadSha, cancellationToken)).FirstOrDefault(change => change.Path == note.Path)
            ?? throw RefusalException.Invalid("PullRequestReviewComment", "path", "invalid", "path could not be resolved");
        if (review is null)
        {
            review = new Review(directory.NextId(), author, "COMMENTED", "", commitId ?? pull.HeadSha, directory.Now);
            pull.Reviews = pull.Reviews.Add(review);
        }

        return Add(issue, new ReviewComment(
            directory.NextId(), review.Id, author, note.Body, note.Path, note.Line, note.Side, commitId ?? pull.HeadSha,
            change.Patch ?? "", null, directory.Now));
    }

    public ReviewComment Reply(Issue issue, Account author, long to, string body)
    {
        var parent = issue.Pull!.ReviewComments.Find(comment => comment.Id == to) ?? throw RefusalException.NotFound();
        return Add(issue, parent with
        {
            Id = directory.NextId(),
            Author = author,
            Body = body,
            InReplyTo = parent.InReplyTo ?? parent.Id,
            CreatedAt = directory.Now,
        });
    }

    public ReviewComment Edit(Issue issue, ReviewComment comment, string body)
    {
        Tracker.CheckBody("PullRequestReviewComment", body);
        var edited = comment with { Body = body };
        issue.Pull!.ReviewComments = issue.Pull.ReviewComments.Replace(comment, edited);
        issue.UpdatedAt = directory.Now;
        return edited;
    }

    public CheckRun AddRun(Repository repository, Account actor, CheckRun run)
    {
        repository.CheckRuns = repository.CheckRuns.Add(run);
        announcer.CheckRun("created", run, repository, actor);
        if (run.Status == "completed")
        {
            announcer.CheckRun("completed", run, repository, actor);
        }

        return run;
    }

    /// <summary>The check waits to run again; whoever runs it adds a new end by <see cref="EndRun"/>.</summary>
    public CheckRun Rerun(Repository repository, Account actor, CheckRun run)
    {
        var again = run with { Status = "queued", Conclusion = null, CompletedAt = null };
        repository.CheckRuns = repository.CheckRuns.Replace(run, again);
        announcer.CheckRun("rerequested", again, repository, actor);
        return again;
    }

    public CheckRun EndRun(Repository repository, Account actor, CheckRun run, string conclusion, string log)
    {
        var ended = run with { Log = log, Status = "completed", Conclusion = conclusion, CompletedAt = directory.Now };
        repository.CheckRuns = repository.CheckRuns.Replace(run, ended);
        announcer.CheckRun("completed", ended, repository, actor);
        return ended;
    }

    private ReviewComment Add(Issue issue, ReviewComment comment)
    {
        issue.Pull!.ReviewComments = issue.Pull.ReviewComments.Add(comment);
        issue.UpdatedAt = directory.Now;
        announcer.ReviewComment(comment, issue, comment.Author);
        return comment;
    }
}
