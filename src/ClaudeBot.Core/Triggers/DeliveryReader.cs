using System.Globalization;
using System.Text.Json;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>
/// Reads what a delivery asks for. Of GitHub's payloads only the few members that matter are read, and none of them
/// is required: what cannot be understood asks for nothing.
/// </summary>
internal static class DeliveryReader
{
    /// <summary>The name of deliveries made by the poll.</summary>
    public const string PollEvent = "poll.issue";

    public static Request Read(Delivery delivery, string botLabel)
    {
        try
        {
            using var json = JsonDocument.Parse(delivery.Body);
            return Read(delivery.Event, json.RootElement, botLabel);
        }
        catch (JsonException)
        {
            return new Request.Nothing(null, $"The payload of this {delivery.Event} event is not JSON.");
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is JSON, and cannot be read as text.
            return new Request.Nothing(null, $"The payload of this {delivery.Event} event holds text that is not Unicode.");
        }
    }

    /// <summary>The name of a comment's delivery made by the poll.</summary>
    public const string PollCommentEvent = "poll.comment";

    /// <summary>The same for a comment that was changed.</summary>
    public const string PollCommentEditEvent = "poll.comment-edit";

    /// <summary>The body of a delivery for a comment that a poll found: of GitHub's own payload, the members that are read.</summary>
    public static byte[] PollBody(IssueReference subject, bool onPullRequest, GitHubComment comment) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        repository = new { full_name = subject.Repository.ToString() },
        issue = new { number = subject.Number, pull_request = onPullRequest ? new { } : null },
        comment = new
        {
            id = comment.Id,
            node_id = comment.NodeId,
            body = comment.Body,
            created_at = comment.CreatedAt,
            user = new { id = comment.Author.Id, login = comment.Author.Login, type = comment.Author.IsBot ? "Bot" : "User" },
        },
    });

    /// <summary>The body of a poll's delivery.</summary>
    public static byte[] PollBody(IssueReference issue) =>
        JsonSerializer.SerializeToUtf8Bytes(new { repository = new { full_name = issue.Repository.ToString() }, issue = new { number = issue.Number } });

    private static Request Read(string eventName, JsonElement payload, string botLabel)
    {
        var subject = Subject(payload);
        if (eventName == "ping")
            return new Request.Nothing(null, "This is GitHub's ping: the webhook is connected.");
        if (eventName is "issue_comment" or PollCommentEvent or PollCommentEditEvent)
            return Comment(eventName, payload, subject);
        if (RemarkReader.Read(eventName, payload, subject) is { } remarked)
            return remarked;
        if (eventName is not ("issues" or PollEvent))
            return new Request.Nothing(subject, $"The event {Named(eventName, payload)} starts nothing: work starts only when an issue gets the label {botLabel}.");
        if (subject is null)
            return new Request.Nothing(null, $"The payload of this {eventName} event names no repository and issue.");
        if (eventName == PollEvent)
            return new Request.Seen(subject);
        if (MayEnd(payload, botLabel))
            return new Request.Unsettled(subject, Named(eventName, payload));
        if (MayReorder(payload))
            return new Request.Reordered(subject, Named(eventName, payload));
        if (!Asks(payload, botLabel))
            return new Request.Nothing(subject, $"The event {Named(eventName, payload)} starts nothing: work starts only when an issue gets the label {botLabel}.");
        return Actor(payload) is { } actor
            ? new Request.AskedBy(subject, actor, Words(payload))
            : new Request.Nothing(subject, "The payload does not say who did it, so nobody's permission can be looked up.");
    }

    /// <summary>A comment that is new, or changed; one that is deleted asks for nothing.</summary>
    private static Request Comment(string eventName, JsonElement payload, IssueReference? subject)
    {
        var comment = payload.Member("comment");
        if (subject is null || comment.Number("id") is not { } id || User(comment.Member("user")) is not { } author || comment.Text("body") is not { } body)
            return new Request.Nothing(subject, $"The payload of this {eventName} event names no comment, author and text.");
        if (eventName == PollCommentEditEvent || payload.Text("action") == "edited")
            return new Request.Edited(subject, id, comment.Text("node_id") ?? "", author, body, Actor(payload));
        if (eventName != PollCommentEvent && payload.Text("action") != "created")
            return new Request.Nothing(subject, $"The event {Named(eventName, payload)} asks for nothing.");
        var onPullRequest = payload.Member("issue").Member("pull_request").ValueKind == JsonValueKind.Object;
        var at = DateTimeOffset.TryParse(comment.Text("created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var known) ? known : default;
        return new Request.Said(subject, id, author, body, at, onPullRequest, Words(payload));
    }

    /// <summary>
    /// The label put on; an issue opened or reopened with it; or the mark of an earlier run taken off, which is how
    /// people ask for another one.
    /// </summary>
    private static bool Asks(JsonElement payload, string botLabel) => payload.Text("action") switch
    {
        "labeled" => Same(payload.Member("label").Text("name"), botLabel),
        "unlabeled" => payload.Member("label").Text("name") is { } name
            && (Same(name, BotLabels.Completed) || Same(name, BotLabels.Failed))
            && Carries(payload, botLabel),
        "opened" or "reopened" => Carries(payload, botLabel),
        _ => false,
    };

    /// <summary>What may take the ground from under a task; whether it did, the issue itself tells.</summary>
    private static bool MayEnd(JsonElement payload, string botLabel) => payload.Text("action") switch
    {
        "closed" or "transferred" or "deleted" => true,
        "unlabeled" => Same(payload.Member("label").Text("name"), botLabel),
        "labeled" => BotLabels.Skipped.Any(label => Same(payload.Member("label").Text("name"), label)),
        _ => false,
    };

    private static bool MayReorder(JsonElement payload) =>
        payload.Text("action") is "labeled" or "unlabeled"
        && payload.Member("label").Text("name")?.StartsWith(IssueRules.PriorityPrefix, StringComparison.OrdinalIgnoreCase) == true;

    private static bool Carries(JsonElement payload, string botLabel) =>
        payload.Member("issue").Member("labels").Entries().Any(label => Same(label.Text("name"), botLabel));

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Named(string eventName, JsonElement payload)
    {
        var label = payload.Member("label").Text("name");
        return (payload.Text("action"), label) switch
        {
            (null, _) => eventName,
            ({ } action, null) => $"{eventName} {action}",
            ({ } action, _) => $"{eventName} {action} ({label})",
        };
    }

    private static IssueReference? Subject(JsonElement payload)
    {
        var number = payload.Member("issue").Number("number") ?? payload.Member("pull_request").Number("number");
        return RepositoryName.TryParse(payload.Member("repository").Text("full_name"), out var repository) && number is > 0 and <= int.MaxValue
            ? new IssueReference(repository, (int)number)
            : null;
    }

    private static ApprovedWords? Words(JsonElement payload) =>
        payload.Member("issue").Text("title") is { } title ? new ApprovedWords(title, payload.Member("issue").Text("body") ?? "") : null;

    private static GitHubUser? Actor(JsonElement payload) => User(payload.Member("sender"));

    internal static GitHubUser? User(JsonElement user) => user.Number("id") is { } id && user.Text("login") is { } login
        ? new GitHubUser(id, login, user.Text("type") is not (null or "User"))
        : null;
}
