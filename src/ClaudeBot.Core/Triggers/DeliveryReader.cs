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

    /// <summary>The body of a poll's delivery.</summary>
    public static byte[] PollBody(IssueReference issue) =>
        JsonSerializer.SerializeToUtf8Bytes(new { repository = new { full_name = issue.Repository.ToString() }, issue = new { number = issue.Number } });

    private static Request Read(string eventName, JsonElement payload, string botLabel)
    {
        var subject = Subject(payload);
        if (eventName == "ping")
            return new Request.Nothing(null, "This is GitHub's ping: the webhook is connected.");
        if (eventName is not ("issues" or PollEvent))
            return new Request.Nothing(subject, $"The event {Named(eventName, payload)} starts nothing: work starts only when an issue gets the label {botLabel}.");
        if (subject is null)
            return new Request.Nothing(null, $"The payload of this {eventName} event names no repository and issue.");
        if (eventName == PollEvent)
            return new Request.Seen(subject);
        if (MayEnd(payload, botLabel))
            return new Request.Unsettled(subject, Named(eventName, payload));
        if (!Asks(payload, botLabel))
            return new Request.Nothing(subject, $"The event {Named(eventName, payload)} starts nothing: work starts only when an issue gets the label {botLabel}.");
        return Actor(payload) is { } actor
            ? new Request.AskedBy(subject, actor, Words(payload))
            : new Request.Nothing(subject, "The payload does not say who did it, so nobody's permission can be looked up.");
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
        _ => false,
    };

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

    private static GitHubUser? Actor(JsonElement payload)
    {
        var sender = payload.Member("sender");
        return sender.Number("id") is { } id && sender.Text("login") is { } login
            ? new GitHubUser(id, login, sender.Text("type") is not (null or "User"))
            : null;
    }
}
