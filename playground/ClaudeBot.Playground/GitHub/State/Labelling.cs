using System.Text.RegularExpressions;
using ClaudeBot.Playground.GitHub.Hooks;
using ClaudeBot.Playground.GitHub.Json;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Puts labels on issues and takes them off. Callers hold the repository's gate.</summary>
internal sealed partial class Labelling(GitHubDirectory directory, Announcer announcer)
{
    public Label Create(Repository repository, string name, string? color, string? description)
    {
        if (Find(repository, name) is not null)
        {
            throw RefusalException.Invalid("Label", "name", "already_exists");
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > 50)
        {
            throw RefusalException.Invalid("Label", "name", name.Length > 50 ? "invalid" : "missing_field");
        }

        if (color is not null && !Hexadecimal().IsMatch(color))
        {
            throw RefusalException.Invalid("Label", "color", "invalid");
        }

        var label = new Label(directory.NextId(), name, color ?? Label.DefaultColor, description);
        repository.Labels = repository.Labels.Add(label);
        return label;
    }

    /// <summary>Label names are the same in large and small letters.</summary>
    public static Label? Find(Repository repository, string name) =>
        repository.Labels.FirstOrDefault(label => label.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Labels that the repository has not yet are made, as GitHub does.</summary>
    public void Add(Issue issue, Account actor, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var label = Find(issue.Repository, name) ?? Create(issue.Repository, name, null, null);
            if (!issue.LabelNames.Contains(label.Name))
            {
                issue.LabelNames = issue.LabelNames.Add(label.Name);
                Happened(issue, actor, "labeled", label);
            }
        }
    }

    public void Remove(Issue issue, Account actor, string name)
    {
        if (Find(issue.Repository, name) is not { } label || !issue.LabelNames.Contains(label.Name))
        {
            throw new RefusalException(404, "Label does not exist");
        }

        issue.LabelNames = issue.LabelNames.Remove(label.Name);
        Happened(issue, actor, "unlabeled", label);
    }

    public void Set(Issue issue, Account actor, IReadOnlyList<string> names)
    {
        foreach (var gone in issue.LabelNames.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray())
        {
            Remove(issue, actor, gone);
        }

        Add(issue, actor, names);
    }

    private void Happened(Issue issue, Account actor, string kind, Label label)
    {
        issue.UpdatedAt = directory.Now;
        issue.Events = issue.Events.Add(new IssueEvent(directory.NextId(), kind, actor, directory.Now, label));
        announcer.IssueOrPull(kind, issue, actor, ("label", IssueJson.Label(label, issue.Repository)));
    }

    [GeneratedRegex("^[0-9a-fA-F]{6}$")]
    private static partial Regex Hexadecimal();
}
