using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Hooks;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Comments and reactions on issues and pull requests. Callers hold the repository's gate.</summary>
internal sealed class Conversation(GitHubDirectory directory, Announcer announcer)
{
    private static readonly string[] Contents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

    public IssueComment Comment(Issue issue, Account author, string body)
    {
        Check(body);
        var comment = new IssueComment(directory.NextId(), issue, author, body, directory.Now);
        issue.Repository.Comments = issue.Repository.Comments.Add(comment);
        issue.UpdatedAt = directory.Now;
        announcer.Comment("created", comment, author);
        return comment;
    }

    public void Edit(IssueComment comment, Account actor, string body)
    {
        Check(body);
        var before = comment.Body;
        comment.Body = body;
        comment.LastEdit = (actor, directory.Now);
        comment.UpdatedAt = comment.Issue.UpdatedAt = directory.Now;
        announcer.Comment("edited", comment, actor, ("changes", new JsonObject { ["body"] = new JsonObject { ["from"] = before } }));
    }

    public void Delete(IssueComment comment, Account actor)
    {
        var repository = comment.Issue.Repository;
        repository.Comments = repository.Comments.Remove(comment);
        announcer.Comment("deleted", comment, actor);
    }

    /// <summary>A reaction that the account has given already comes back as it is, and not as new.</summary>
    public (Reaction Reaction, bool IsNew, ImmutableList<Reaction> All) React(ImmutableList<Reaction> reactions, Account author, string content)
    {
        if (!Contents.Contains(content))
        {
            throw RefusalException.Invalid("Reaction", "content", "invalid");
        }

        if (reactions.Find(reaction => reaction.Author == author && reaction.Content == content) is { } same)
        {
            return (same, false, reactions);
        }

        var added = new Reaction(directory.NextId(), author, content, directory.Now);
        return (added, true, reactions.Add(added));
    }

    private static void Check(string body)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            throw RefusalException.Invalid("IssueComment", "body", "missing_field", "body cannot be blank");
        }

        Tracker.CheckBody("IssueComment", body);
    }
}
