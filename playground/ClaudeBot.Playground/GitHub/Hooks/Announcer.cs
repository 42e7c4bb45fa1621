using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Hooks;

/// <summary>Tells the hooks of a repository what happened, in the payloads of https://docs.github.com/en/webhooks/webhook-events-and-payloads.</summary>
internal sealed class Announcer(HookQueue queue, AppDesk apps)
{
    public void Issue(string action, Issue issue, Account actor, params ReadOnlySpan<(string Name, JsonNode? Value)> more) =>
        Announce("issues", action, issue.Repository, actor, [("issue", IssueJson.Of(issue)), .. more]);

    public void Comment(string action, IssueComment comment, Account actor, params ReadOnlySpan<(string Name, JsonNode? Value)> more) =>
        Announce("issue_comment", action, comment.Issue.Repository, actor,
            [("issue", IssueJson.Of(comment.Issue)), ("comment", IssueJson.Comment(comment)), .. more]);

    public void Pull(string action, Issue issue, Account actor, params ReadOnlySpan<(string Name, JsonNode? Value)> more) =>
        Announce("pull_request", action, issue.Repository, actor, [("number", issue.Number), ("pull_request", PullJson.Of(issue)), .. more]);

    /// <summary>An event that issues and pull requests share under two names.</summary>
    public void IssueOrPull(string action, Issue issue, Account actor, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        if (issue.Pull is null)
        {
            Issue(action, issue, actor, more);
        }
        else
        {
            Pull(action, issue, actor, more);
        }
    }

    public void Review(Review review, Issue issue, Account actor)
    {
        // The event writes the state small where the REST answer writes it large.
        var json = ReviewJson.Of(review, issue);
        json["state"] = review.State.ToLowerInvariant();
        Announce("pull_request_review", "submitted", issue.Repository, actor, ("review", json), ("pull_request", PullJson.Simple(issue)));
    }

    public void ReviewComment(ReviewComment comment, Issue issue, Account actor) =>
        Announce("pull_request_review_comment", "created", issue.Repository, actor,
            ("comment", ReviewJson.Comment(comment, issue)), ("pull_request", PullJson.Simple(issue)));

    public void CheckRun(string action, CheckRun run, Repository repository, Account actor) =>
        Announce("check_run", action, repository, actor, ("check_run", CheckJson.Run(run, repository)));

    public void Push(Repository repository, Account actor, JsonObject payload)
    {
        // Only here the repository's times are numbers.
        var json = RepositoryJson.Of(repository);
        json["created_at"] = repository.CreatedAt.ToUnixTimeSeconds();
        json["pushed_at"] = repository.PushedAt.ToUnixTimeSeconds();
        json["master_branch"] = repository.DefaultBranch;
        json["stargazers"] = 0;
        json["owner"]!["name"] = repository.Owner.Login;
        json["owner"]!["email"] = repository.Owner.Email;
        payload["pusher"] = new JsonObject { ["name"] = actor.Login, ["email"] = actor.Email };
        Send("push", null, repository, actor, payload, json);
    }

    public void Status(CommitStatus status, JsonObject commit, Repository repository)
    {
        var payload = CheckJson.Status(status, repository);
        foreach (var name in (string[])["url", "node_id", "creator"])
        {
            payload.Remove(name);
        }

        payload["sha"] = status.Sha;
        payload["name"] = repository.FullName;
        payload["commit"] = commit;
        payload["branches"] = repository.References.Where(reference => reference.Value == status.Sha && reference.Key.StartsWith("refs/heads/", StringComparison.Ordinal))
            .Select(reference => new JsonObject
            {
                ["name"] = reference.Key["refs/heads/".Length..],
                ["commit"] = new JsonObject { ["sha"] = status.Sha, ["url"] = $"{repository.ApiUrl}/commits/{status.Sha}" },
                ["protected"] = false,
            }).Listed();
        Send("status", null, repository, status.Creator, payload, RepositoryJson.Of(repository));
    }

    public void Ping(Hook hook, Repository repository, Account actor)
    {
        var payload = new JsonObject { ["zen"] = "Keep it logically awesome.", ["hook_id"] = hook.Id, ["hook"] = HookJson.Of(hook) };
        Complete(payload, repository, actor, RepositoryJson.Of(repository));
        Enqueue(hook, repository, "ping", null, payload);
    }

    public void Redeliver(Hook hook, HookDelivery delivery) =>
        queue.Enqueue(new Outgoing(hook, delivery.DeliveryId, delivery.Event, delivery.Action, delivery.Payload, delivery.Repository, IsRedelivery: true));

    private void Announce(string name, string action, Repository repository, Account actor, params ReadOnlySpan<(string Name, JsonNode? Value)> parts)
    {
        var payload = new JsonObject { ["action"] = action };
        foreach (var (part, value) in parts)
        {
            payload[part] = value;
        }

        Send(name, action, repository, actor, payload, RepositoryJson.Of(repository));
    }

    private void Send(string name, string? action, Repository repository, Account actor, JsonObject payload, JsonObject repositoryJson)
    {
        Complete(payload, repository, actor, repositoryJson);
        foreach (var hook in repository.Hooks.Where(hook => Hears(hook, name)))
        {
            Enqueue(hook, repository, name, action, payload);
        }

        foreach (var app in apps.Apps)
        {
            if (app.Hook is { } hook && Hears(hook, name) && app.InstallationIn(repository) is { } installation)
            {
                payload["installation"] = new JsonObject { ["id"] = installation.Id, ["node_id"] = Notation.NodeId("Installation", installation.Id) };
                Enqueue(hook, repository, name, action, payload);
            }
        }
    }

    private static void Complete(JsonObject payload, Repository repository, Account actor, JsonObject repositoryJson)
    {
        payload["repository"] = repositoryJson;
        if (repository.Owner.Type == "Organization")
        {
            payload["organization"] = AccountJson.Of(repository.Owner);
        }

        payload["sender"] = AccountJson.Of(actor);
    }

    private static bool Hears(Hook hook, string name) => hook.IsActive && (hook.Events.Contains("*") || hook.Events.Contains(name));

    private void Enqueue(Hook hook, Repository repository, string name, string? action, JsonObject payload) =>
        queue.Enqueue(new Outgoing(hook, Guid.NewGuid(), name, action, payload.ToJsonString(Notation.Options), repository, IsRedelivery: false));
}
