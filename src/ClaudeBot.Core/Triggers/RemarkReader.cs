using System.Globalization;
using System.Text.Json;
using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>Reads what a delivery says about a pull request. Whether it is one of the bot's is not known here.</summary>
internal static class RemarkReader
{
    /// <summary>The name of deliveries made by the poll.</summary>
    public const string PollEvent = "poll.remark";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Null when the event is not about a pull request.</summary>
    public static Request? Read(string eventName, JsonElement payload, IssueReference? subject) => eventName switch
    {
        PollEvent => subject is null ? null : Polled(payload, subject),
        "pull_request_review" => Said(RemarkKind.Review, payload.Member("review"), payload, subject, "submitted"),
        "pull_request_review_comment" => Said(RemarkKind.ReviewComment, payload.Member("comment"), payload, subject, "created"),
        "push" => Moved(payload),
        "check_run" => CheckRun(payload),
        "status" => Status(payload),
        "pull_request" when subject is not null && payload.Text("action") == "closed" => new Request.Unsettled(subject, "pull_request closed"),
        _ => null,
    };

    public static Remark Of(IssueReference pull, GitHubReview review) =>
        Of(RemarkKind.Review, pull, review.Id, review.Author, review.SubmittedAt, new RemarkDetail { Text = review.Body, Url = review.HtmlUrl });

    public static Remark Of(IssueReference pull, GitHubReviewComment comment) => Of(
        RemarkKind.ReviewComment,
        pull,
        comment.Id,
        comment.Author,
        comment.CreatedAt,
        new RemarkDetail { Text = comment.Body, Url = comment.HtmlUrl, Path = comment.Path, Line = comment.Line, Hunk = comment.DiffHunk, Thread = comment.InReplyTo });

    public static Remark Of(Request.Said said) =>
        Of(RemarkKind.Comment, said.Subject, said.CommentId, said.Author, said.At, new RemarkDetail { Text = said.Body });

    /// <summary>Of a check that ended badly. The same end of the same run is the same remark.</summary>
    public static Remark Of(IssueReference pull, FailedCheckRun check) => new()
    {
        Kind = RemarkKind.Check,
        Pull = pull,
        Key = check.IsStatus ? $"status-{check.Id}" : string.Create(CultureInfo.InvariantCulture, $"{check.Id}@{check.EndedAt.ToUnixTimeSeconds()}"),
        At = check.EndedAt,
        Detail = new RemarkDetail { Text = check.Name, Url = check.Url, HeadSha = check.HeadSha, CheckRun = check.IsStatus ? null : check.Id, Conclusion = check.Conclusion },
    };

    /// <summary>Of a pull request that cannot be merged: once for each of its commits.</summary>
    public static Remark Conflict(GitHubPullRequest pull, DateTimeOffset now) => new()
    {
        Kind = RemarkKind.Conflict,
        Pull = pull.Reference,
        Key = pull.HeadSha,
        At = now,
        Detail = new RemarkDetail { Text = $"It conflicts with {pull.BaseBranch}.", Url = pull.HtmlUrl, HeadSha = pull.HeadSha },
    };

    /// <summary>Why the words ask for nothing; null when they may ask for something.</summary>
    /// <param name="state">A review's, in GitHub's word.</param>
    public static string? Emptiness(string text, string? state) => text switch
    {
        _ when text.StartsWith(BotIdentity.Mark, StringComparison.Ordinal) => "The bot said it itself.",
        _ when string.IsNullOrWhiteSpace(text) => "It has no words of its own.",
        _ when string.Equals(state, "approved", StringComparison.OrdinalIgnoreCase) => "An approval asks for nothing.",
        _ => null,
    };

    /// <summary>The delivery of a remark that a poll found.</summary>
    /// <param name="author">Null where nobody said it.</param>
    public static Delivery Delivery(Remark remark, GitHubUser? author, DateTimeOffset now) => new()
    {
        Id = $"poll-{remark.Kind}-{remark.Pull}-{remark.Key}",
        Event = PollEvent,
        Body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                repository = new { full_name = remark.Pull.Repository.ToString() },
                pull_request = new { number = remark.Pull.Number },
                kind = remark.Kind.ToString(),
                key = remark.Key,
                at = remark.At,
                detail = remark.Detail,
                user = author is null ? null : new { id = author.Id, login = author.Login, type = author.IsBot ? "Bot" : "User" },
            },
            Json),
        ReceivedAt = now,
    };

    private static Request Moved(JsonElement payload)
    {
        const string heads = "refs/heads/";
        if (payload.Text("ref")?.StartsWith(heads + "bot/", StringComparison.Ordinal) == true)
            return new Request.Nothing(null, "The bot's own branches are no base of its pull requests.");
        return RepositoryName.TryParse(payload.Member("repository").Text("full_name"), out var repository) && payload.Text("ref") is { } name && name.StartsWith(heads, StringComparison.Ordinal)
            ? new Request.Moved(repository, name[heads.Length..])
            : new Request.Nothing(null, "This push moved no branch.");
    }

    private static Request CheckRun(JsonElement payload)
    {
        var run = payload.Member("check_run");
        if (payload.Text("action") != "completed" || run.Text("conclusion") is not { } conclusion || !FailedCheckRun.IsBad(conclusion))
            return new Request.Nothing(null, "This check did not fail.");
        return RepositoryName.TryParse(payload.Member("repository").Text("full_name"), out var repository) && run.Number("id") is { } id && run.Text("head_sha") is { } sha
            ? new Request.CheckFailed(
                repository,
                run.Member("check_suite").Text("head_branch"),
                new FailedCheckRun(id, false, run.Text("name") ?? "", sha, conclusion, run.Text("html_url"), Time(run.Text("completed_at"))))
            : new Request.Nothing(null, "The payload of this check_run event names no check and commit.");
    }

    private static Request Status(JsonElement payload)
    {
        if (payload.Text("state") is not { } state || !FailedCheckRun.IsBad(state))
            return new Request.Nothing(null, "This commit status is no failure.");
        return RepositoryName.TryParse(payload.Member("repository").Text("full_name"), out var repository) && payload.Number("id") is { } id && payload.Text("sha") is { } sha
            ? new Request.CheckFailed(
                repository,
                payload.Member("branches").Entries().Select(branch => branch.Text("name")).FirstOrDefault(),
                new FailedCheckRun(id, true, payload.Text("context") ?? "", sha, state, payload.Text("target_url"), Time(payload.Text("created_at"))))
            : new Request.Nothing(null, "The payload of this status event names no status and commit.");
    }

    private static Request.Remarked? Polled(JsonElement payload, IssueReference pull)
    {
        if (!Enum.TryParse<RemarkKind>(payload.Text("kind"), out var kind) || payload.Text("key") is not { } key)
            return null;
        var author = DeliveryReader.User(payload.Member("user"));
        var detail = payload.Member("detail").Deserialize<RemarkDetail>(Json) ?? new RemarkDetail();
        return new Request.Remarked(
            new Remark { Kind = kind, Pull = pull, Key = key, AuthorId = author?.Id, Author = author?.Login, At = Time(payload.Text("at")), Detail = detail }, author);
    }

    private static Request Said(RemarkKind kind, JsonElement said, JsonElement payload, IssueReference? pull, string action)
    {
        if (pull is null || said.Number("id") is not { } id || DeliveryReader.User(said.Member("user")) is not { } author)
            return new Request.Nothing(pull, "The payload does not say who said what on which pull request.");
        if (payload.Text("action") != action)
            return new Request.Nothing(pull, $"Of what is said on a pull request only the first words count, not that it was {payload.Text("action")}.");
        var text = said.Text("body") ?? "";
        if (Emptiness(text, said.Text("state")) is { } reason)
            return new Request.Nothing(pull, reason);
        var detail = new RemarkDetail
        {
            Text = text,
            Url = said.Text("html_url"),
            Path = said.Text("path"),
            Line = said.Number("line") is > 0 and <= int.MaxValue and var line ? (int)line : null,
            Hunk = said.Text("diff_hunk"),
            Thread = said.Number("in_reply_to_id"),
        };
        return new Request.Remarked(Of(kind, pull, id, author, Time(said.Text("submitted_at") ?? said.Text("created_at")), detail), author);
    }

    private static Remark Of(RemarkKind kind, IssueReference pull, long id, GitHubUser author, DateTimeOffset at, RemarkDetail detail) =>
        new() { Kind = kind, Pull = pull, Key = id.ToString(CultureInfo.InvariantCulture), AuthorId = author.Id, Author = author.Login, At = at, Detail = detail };

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
}
