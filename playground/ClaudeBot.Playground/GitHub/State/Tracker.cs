using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Hooks;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Opens, edits and closes issues. Callers hold the repository's gate.</summary>
internal sealed class Tracker(GitHubDirectory directory, Labelling labelling, Announcer announcer)
{
    // https://docs.github.com/en/rest/issues: "body is too long (maximum is 65536 characters)".
    private const int LongestBody = 65536;

    public Issue Open(Repository repository, Account author, string title, string? body, IReadOnlyList<string> labels, IReadOnlyList<Account> assignees)
    {
        if (!repository.HasIssues)
        {
            throw new RefusalException(410, "Issues are disabled for this repo");
        }

        var issue = Add(repository, author, title, body);
        announcer.Issue("opened", issue, author);
        labelling.Add(issue, author, labels);
        Assign(issue, author, assignees);
        return issue;
    }

    /// <summary>Takes the next number for an issue, or for a pull request, that no one has heard of yet.</summary>
    public Issue Add(Repository repository, Account author, string title, string? body)
    {
        CheckTitle("Issue", title);
        CheckBody("Issue", body);
        var issue = new Issue(directory.NextId(), repository.NextNumber++, repository, author, title, body, directory.Now);
        repository.Issues = repository.Issues.Add(issue.Number, issue);
        return issue;
    }

    public void Rewrite(Issue issue, Account actor, string? title, string? body)
    {
        var changes = new JsonObject();
        if (title is not null && title != issue.Title)
        {
            CheckTitle("Issue", title);
            changes["title"] = new JsonObject { ["from"] = issue.Title };
            Record(issue, new IssueEvent(directory.NextId(), "renamed", actor, directory.Now, RenamedFrom: issue.Title, RenamedTo: title));
            issue.Title = title;
        }

        if (body is not null && body != issue.Body)
        {
            CheckBody("Issue", body);
            changes["body"] = new JsonObject { ["from"] = issue.Body ?? "" };
            issue.Body = body;
            issue.LastEdit = (actor, directory.Now);
        }

        if (changes.Count > 0)
        {
            issue.UpdatedAt = directory.Now;
            announcer.IssueOrPull("edited", issue, actor, ("changes", changes));
        }
    }

    /// <summary>Closes an issue, or a pull request; does nothing when it is closed already.</summary>
    public void Close(Issue issue, Account actor, string? reason, string? commitId)
    {
        if (!issue.IsOpen)
        {
            return;
        }

        issue.IsOpen = false;
        issue.StateReason = issue.Pull is null ? reason ?? "completed" : null;
        issue.ClosedAt = issue.UpdatedAt = directory.Now;
        issue.ClosedBy = actor;
        Record(issue, new IssueEvent(directory.NextId(), "closed", actor, directory.Now, CommitId: commitId));
        announcer.IssueOrPull("closed", issue, actor);
    }

    public void Reopen(Issue issue, Account actor)
    {
        if (issue.IsOpen)
        {
            return;
        }

        if (issue.Pull is { } pull && (pull.MergedAt is not null || issue.Repository.Branch(pull.HeadBranch) is null))
        {
            throw RefusalException.Invalid("PullRequest", "state", "invalid", "state cannot be changed. The pull request cannot be reopened.");
        }

        issue.IsOpen = true;
        issue.StateReason = issue.Pull is null ? "reopened" : null;
        issue.ClosedAt = null;
        issue.ClosedBy = null;
        issue.UpdatedAt = directory.Now;
        Record(issue, new IssueEvent(directory.NextId(), "reopened", actor, directory.Now));
        announcer.IssueOrPull("reopened", issue, actor);
    }

    public void Assign(Issue issue, Account actor, IEnumerable<Account> assignees)
    {
        foreach (var assignee in assignees.Where(assignee => !issue.Assignees.Contains(assignee)))
        {
            issue.Assignees = issue.Assignees.Add(assignee);
            issue.UpdatedAt = directory.Now;
            Record(issue, new IssueEvent(directory.NextId(), "assigned", actor, directory.Now, Assignee: assignee));
            announcer.IssueOrPull("assigned", issue, actor, ("assignee", Json.AccountJson.Of(assignee)));
        }
    }

    public void Unassign(Issue issue, Account actor, IEnumerable<Account> assignees)
    {
        foreach (var assignee in assignees.Where(issue.Assignees.Contains).ToArray())
        {
            issue.Assignees = issue.Assignees.Remove(assignee);
            issue.UpdatedAt = directory.Now;
            Record(issue, new IssueEvent(directory.NextId(), "unassigned", actor, directory.Now, Assignee: assignee));
            announcer.IssueOrPull("unassigned", issue, actor, ("assignee", Json.AccountJson.Of(assignee)));
        }
    }

    public void Record(Issue issue, IssueEvent happened) => issue.Events = issue.Events.Add(happened);

    public static void CheckBody(string resource, string? body)
    {
        if (body is { Length: > LongestBody })
        {
            throw RefusalException.Invalid(resource, "body", "custom", $"body is too long (maximum is {LongestBody} characters)");
        }
    }

    private static void CheckTitle(string resource, string title)
    {
        if (string.IsNullOrWhiteSpace(title))
        {
            throw RefusalException.Invalid(resource, "title", "missing_field");
        }

        if (title.Length > 256)
        {
            throw RefusalException.Invalid(resource, "title", "custom", "title is too long (maximum is 256 characters)");
        }
    }
}
