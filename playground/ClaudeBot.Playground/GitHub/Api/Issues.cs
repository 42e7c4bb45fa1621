using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>Issues, their history and assignees: https://docs.github.com/en/rest/issues/issues.</summary>
internal static class Issues
{
    public static void Map(ApiRoutes routes)
    {
        routes.Repository("GET", "/issues", Permission.Read, call => call.Page(Selected(call), IssueJson.Of));
        routes.Repository("POST", "/issues", Permission.Read, Create);
        routes.Repository("GET", "/issues/{issue_number}", Permission.Read, One);
        routes.Repository("PATCH", "/issues/{issue_number}", Permission.Read, Edit);
        routes.Repository("GET", "/issues/{issue_number}/events", Permission.Read, call =>
            call.Page(call.Issue().Events, happened => EventJson.Of(happened, call.Repository)));
        routes.Repository("GET", "/issues/{issue_number}/timeline", Permission.Read, call => call.Page(EventJson.Timeline(call.Issue()), entry => entry));
        routes.Repository("GET", "/issues/{issue_number}/dependencies/blocked_by", Permission.Read, call => call.Page(call.Issue().BlockedBy, IssueJson.Of));
        routes.Repository("POST", "/issues/{issue_number}/assignees", Permission.Triage, call =>
        {
            call.GitHub.Tracker.Assign(call.Issue(), call.Actor, Accounts(call, call.Names("assignees") ?? []));
            return Answer.Created(IssueJson.Of(call.Issue()));
        });
        routes.Repository("DELETE", "/issues/{issue_number}/assignees", Permission.Triage, call =>
        {
            call.GitHub.Tracker.Unassign(call.Issue(), call.Actor, Accounts(call, call.Names("assignees") ?? []));
            return Answer.Ok(IssueJson.Of(call.Issue()));
        });
    }

    private static Answer One(ApiCall call)
    {
        var (issue, json) = (call.Issue(), IssueJson.Full(call.Issue()));
        if (call.Accepts("full") || call.Accepts("html"))
        {
            json["body_html"] = call.GitHub.Uploads.WithSigned(call.Repository, Markdig.Markdown.ToHtml(issue.Body ?? ""));
        }

        return Answer.Ok(json, issue.UpdatedAt);
    }

    private static IEnumerable<Issue> Selected(ApiCall call)
    {
        var state = call.Query("state") ?? "open";
        if (state is not ("open" or "closed" or "all"))
        {
            throw RefusalException.Invalid("Issue", "state", "invalid");
        }

        var labels = call.Query("labels")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var since = call.QueryTime("since");
        var (creator, assignee) = (call.Query("creator"), call.Query("assignee"));
        var selected = call.Repository.Issues.Values.Where(issue =>
            (state == "all" || issue.State == state)
            && labels.All(label => issue.LabelNames.Contains(label, StringComparer.OrdinalIgnoreCase))
            && (since is null || issue.UpdatedAt >= since)
            && (creator is null || issue.Author.Login.Equals(creator, StringComparison.OrdinalIgnoreCase))
            && (assignee switch
            {
                null => true,
                "*" => issue.Assignees.Count > 0,
                "none" => issue.Assignees.Count == 0,
                _ => issue.Assignees.Any(account => account.Login.Equals(assignee, StringComparison.OrdinalIgnoreCase)),
            }));
        return Sorted(selected, call.Query("sort") ?? "created", call.Query("direction") ?? "desc");
    }

    public static IEnumerable<Issue> Sorted(IEnumerable<Issue> issues, string sort, string direction)
    {
        Func<Issue, (long, int)> key = sort switch
        {
            "updated" => issue => (issue.UpdatedAt.Ticks, issue.Number),
            "comments" => issue => (issue.Comments.Count(), issue.Number),
            _ => issue => (issue.CreatedAt.Ticks, issue.Number),
        };
        return direction == "asc" ? issues.OrderBy(key) : issues.OrderByDescending(key);
    }

    private static Answer Create(ApiCall call)
    {
        // Without the right to triage, labels and assignees are silently left out.
        var mayTriage = call.Permission >= Permission.Triage;
        var labels = call.Names("labels") ?? [];
        var assignees = call.Names("assignees") ?? (call.Text("assignee") is { } one ? [one] : []);
        var issue = call.GitHub.Tracker.Open(
            call.Repository, call.Actor, call.Required("title"), call.Text("body"), mayTriage ? labels : [], mayTriage ? Accounts(call, assignees) : []);
        return Answer.Created(IssueJson.Full(issue));
    }

    private static Answer Edit(ApiCall call)
    {
        var issue = call.Issue();
        if (issue.Author != call.Actor)
        {
            call.Need(Permission.Triage);
        }

        call.GitHub.Tracker.Rewrite(issue, call.Actor, call.Text("title"), call.Text("body"));
        if (call.Names("labels") is { } labels)
        {
            call.Need(Permission.Triage);
            call.GitHub.Labelling.Set(issue, call.Actor, labels);
        }

        if (call.Names("assignees") is { } assignees)
        {
            call.Need(Permission.Triage);
            var wanted = Accounts(call, assignees);
            call.GitHub.Tracker.Unassign(issue, call.Actor, issue.Assignees.Except(wanted));
            call.GitHub.Tracker.Assign(issue, call.Actor, wanted);
        }

        switch (call.Text("state"))
        {
            case "open":
                call.GitHub.Tracker.Reopen(issue, call.Actor);
                break;
            case "closed":
                call.GitHub.Tracker.Close(issue, call.Actor, call.Text("state_reason"), null);
                break;
            case null:
                break;
            default:
                throw RefusalException.Invalid("Issue", "state", "invalid");
        }

        return Answer.Ok(IssueJson.Full(issue));
    }

    private static Account[] Accounts(ApiCall call, IEnumerable<string> logins) =>
        [.. logins.Select(login => call.GitHub.Directory.FindAccount(login) is { } account && call.Repository.Permissions.GetValueOrDefault(account.Id) > Permission.None
            ? account
            : throw RefusalException.Invalid("Issue", "assignees", "invalid"))];
}
