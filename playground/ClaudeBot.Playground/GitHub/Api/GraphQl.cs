using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>
/// What the REST API has no word for: a draft becomes ready for review, who edited an issue's or a comment's text last, and the
/// threads on a diff, which can be resolved. Of each, the one form in which the bot asks. And who one is, which gh asks here.
/// https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview
/// https://docs.github.com/en/graphql/reference/objects#issue
/// https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread
/// https://docs.github.com/en/graphql/reference/mutations#resolvereviewthread
/// </summary>
internal sealed partial class GraphQl(LocalGitHub gitHub, Authentication authentication)
{
    private const string Mutation = "markPullRequestReadyForReview";

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Addresses.GraphQlPath, async context =>
    {
        var answer = authentication.Identify(context.Request) is { Account: { } account }
            ? await AnswerAsync(context, account)
            : Answer.Error(401, "Bad credentials");
        await answer.WriteAsync(context);
    });

    private async Task<Answer> AnswerAsync(HttpContext context, Account account)
    {
        try
        {
            var request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
            var query = request?["query"]?.GetValue<string>() ?? "";
            if (LastEdit().IsMatch(query))
                return LastEdit(request!["variables"] as JsonObject, account);
            if (LastCommentEdit().IsMatch(query))
                return LastCommentEdit(request!["variables"]?["id"]?.GetValue<string>() ?? "", account);
            if (Threads().IsMatch(query))
                return Threads(request!["variables"] as JsonObject, account);
            if (Resolve().IsMatch(query))
                return await ResolveAsync(request!["variables"]?["id"]?.GetValue<string>() ?? "", account, context.RequestAborted);
            if (WhoAmI().IsMatch(query))
                return Answer.Ok(new JsonObject { ["data"] = new JsonObject { ["viewer"] = new JsonObject { ["login"] = account.Login } } });
            if (MarkReady().Match(query) is not { Success: true } match)
                return Error(null, $"The playground knows the mutations {Mutation} and resolveReviewThread, the last edit of an issue or comment, the threads of a pull request and the viewer's login alone.");
            return await MarkReadyAsync(request!["variables"]?[match.Groups["variable"].Value]?.GetValue<string>() ?? "", account, context.RequestAborted);
        }
        catch (JsonException)
        {
            return Answer.Error(400, "Problems parsing JSON");
        }
    }

    private async Task<Answer> MarkReadyAsync(string nodeId, Account account, CancellationToken cancellationToken)
    {
        var issue = gitHub.Repositories.SelectMany(repository => repository.PullRequests).FirstOrDefault(pull => Notation.NodeId("PullRequest", pull.Pull!.Id) == nodeId);
        if (issue is null || issue.Repository.PermissionOf(account) < Permission.Read)
            return Error("NOT_FOUND", $"Could not resolve to a node with the global id of '{nodeId}'.");
        if (issue.Repository.PermissionOf(account) < Permission.Write)
            return Error("FORBIDDEN", "Resource not accessible by personal access token");

        using (await issue.Repository.EnterAsync(cancellationToken))
        {
            if (issue.Pull!.IsDraft)
                gitHub.Pulls.MarkReady(issue, account);
            gitHub.Changes.Raise();
        }

        return Answer.Ok(new JsonObject { ["data"] = new JsonObject { [Mutation] = new JsonObject { ["pullRequest"] = new JsonObject { ["isDraft"] = false } } } });
    }

    private Answer LastEdit(JsonObject? variables, Account account)
    {
        var repository = gitHub.Directory.FindRepository(variables?["owner"]?.GetValue<string>() ?? "", variables?["name"]?.GetValue<string>() ?? "");
        if (repository is null || repository.PermissionOf(account) < Permission.Read || !repository.Issues.TryGetValue(variables?["number"]?.GetValue<int>() ?? 0, out var issue))
            return Error("NOT_FOUND", "Could not resolve to an Issue.");

        return Answer.Ok(new JsonObject { ["data"] = new JsonObject { ["repository"] = new JsonObject { ["issue"] = Edit(issue.LastEdit) } } });
    }

    private Answer LastCommentEdit(string nodeId, Account account)
    {
        var comment = gitHub.Repositories.SelectMany(repository => repository.Comments).FirstOrDefault(comment => Notation.NodeId("IssueComment", comment.Id) == nodeId);
        return comment is null || comment.Issue.Repository.PermissionOf(account) < Permission.Read
            ? Error("NOT_FOUND", $"Could not resolve to a node with the global id of '{nodeId}'.")
            : Answer.Ok(new JsonObject { ["data"] = new JsonObject { ["node"] = Edit(comment.LastEdit) } });
    }

    private static JsonObject Edit((Account Editor, DateTimeOffset At)? last) => last is not var (editor, at)
        ? new JsonObject { ["edited_at"] = null, ["editor"] = null }
        : new JsonObject
        {
            ["edited_at"] = at.Text(),
            ["editor"] = new JsonObject { ["type"] = editor.Type, ["login"] = editor.Login, ["id"] = editor.Id },
        };

    private Answer Threads(JsonObject? variables, Account account)
    {
        var repository = gitHub.Directory.FindRepository(variables?["owner"]?.GetValue<string>() ?? "", variables?["name"]?.GetValue<string>() ?? "");
        if (repository is null || repository.PermissionOf(account) < Permission.Read || repository.Issues.GetValueOrDefault(variables?["number"]?.GetValue<int>() ?? 0)?.Pull is not { } pull)
            return Error("NOT_FOUND", "Could not resolve to a PullRequest.");

        var threads = pull.ReviewComments.Where(comment => comment.InReplyTo is null).TakeLast(100).Select(first => new JsonObject
        {
            ["id"] = Notation.NodeId("PullRequestReviewThread", first.Id),
            ["is_resolved"] = pull.ResolvedThreads.Contains(first.Id),
            ["comments"] = new JsonObject { ["nodes"] = new JsonArray(new JsonObject { ["id"] = first.Id }) },
        });
        var found = new JsonObject { ["threads"] = new JsonObject { ["nodes"] = threads.Listed() } };
        return Answer.Ok(new JsonObject { ["data"] = new JsonObject { ["repository"] = new JsonObject { ["pull"] = found } } });
    }

    private async Task<Answer> ResolveAsync(string nodeId, Account account, CancellationToken cancellationToken)
    {
        var (issue, first) = gitHub.Repositories.SelectMany(repository => repository.PullRequests)
            .SelectMany(issue => issue.Pull!.ReviewComments.Select(comment => (issue, comment)))
            .FirstOrDefault(pair => pair.comment.InReplyTo is null && Notation.NodeId("PullRequestReviewThread", pair.comment.Id) == nodeId);
        if (issue is null || issue.Repository.PermissionOf(account) < Permission.Read)
            return Error("NOT_FOUND", $"Could not resolve to a node with the global id of '{nodeId}'.");
        if (issue.Repository.PermissionOf(account) < Permission.Write)
            return Error("FORBIDDEN", "Resource not accessible by personal access token");

        using (await issue.Repository.EnterAsync(cancellationToken))
        {
            issue.Pull!.ResolvedThreads = issue.Pull.ResolvedThreads.Add(first.Id);
            gitHub.Changes.Raise();
        }

        return Answer.Ok(new JsonObject { ["data"] = new JsonObject { ["resolveReviewThread"] = new JsonObject { ["thread"] = new JsonObject { ["isResolved"] = true } } } });
    }

    // Errors of GraphQL come with status 200.
    private static Answer Error(string? type, string message)
    {
        var error = new JsonObject { ["message"] = message, ["path"] = new JsonArray(Mutation) };
        if (type is not null)
            error["type"] = type;
        return Answer.Ok(new JsonObject { ["data"] = new JsonObject { [Mutation] = null }, ["errors"] = new JsonArray(error) });
    }

    [GeneratedRegex(@"\A\s*query\s*\w*\s*\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*\z")]
    private static partial Regex WhoAmI();

    [GeneratedRegex(@"\A\s*query\(\$owner: String!, \$name: String!, \$number: Int!\) \{ repository\(owner: \$owner, name: \$name\) \{ issue\(number: \$number\) \{ edited_at: lastEditedAt editor \{ type: __typename login \.\.\. on User \{ id: databaseId \} \.\.\. on Bot \{ id: databaseId \} \} \} \} \}\s*\z")]
    private static partial Regex LastEdit();

    [GeneratedRegex(@"\A\s*query\(\$id: ID!\) \{ node\(id: \$id\) \{ \.\.\. on IssueComment \{ edited_at: lastEditedAt editor \{ type: __typename login \.\.\. on User \{ id: databaseId \} \.\.\. on Bot \{ id: databaseId \} \} \} \} \}\s*\z")]
    private static partial Regex LastCommentEdit();
    [GeneratedRegex(@"\A\s*query\(\$owner: String!, \$name: String!, \$number: Int!\) \{ repository\(owner: \$owner, name: \$name\) \{ pull: pullRequest\(number: \$number\) \{ threads: reviewThreads\(last: 100\) \{ nodes \{ id is_resolved: isResolved comments\(first: 1\) \{ nodes \{ id: databaseId \} \} \} \} \} \} \}\s*\z")]
    private static partial Regex Threads();

    [GeneratedRegex(@"\A\s*mutation\(\$id: ID!\) \{ resolveReviewThread\(input: \{threadId: \$id\}\) \{ thread \{ isResolved \} \} \}\s*\z")]
    private static partial Regex Resolve();

    [GeneratedRegex(@"\A\s*mutation\s*\(\s*\$(?<variable>\w+)\s*:\s*ID!\s*\)\s*\{\s*markPullRequestReadyForReview\s*\(\s*input\s*:\s*\{\s*pullRequestId\s*:\s*\$\k<variable>\s*\}\s*\)\s*\{\s*pullRequest\s*\{\s*isDraft\s*\}\s*\}\s*\}\s*\z")]
    private static partial Regex MarkReady();
}
