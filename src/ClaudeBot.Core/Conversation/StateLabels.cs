using ClaudeBot.GitHub;

namespace ClaudeBot.Conversation;

/// <summary>Shows a task's state by the labels of its issue. Labels of people are never touched.</summary>
public sealed class StateLabels(GitHubClient gitHub)
{
    /// <summary>What is to be added and taken off, so that of all state labels only <paramref name="wanted"/> is left (null: none).</summary>
    public static (IReadOnlyList<string> Add, IReadOnlyList<string> Remove) Change(IReadOnlyList<string> current, string? wanted)
    {
        var has = current.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return (
            wanted is null || has.Contains(wanted) ? [] : [wanted],
            [.. BotLabels.States.Where(state => has.Contains(state) && state != wanted)]);
    }

    /// <summary>
    /// Makes the change, one call for each label that differs: the whole set is never replaced, so that a label which
    /// a person adds meanwhile stays. The new label goes on first: the issue is never without one.
    /// </summary>
    /// <exception cref="GitHubException"/>
    public async Task ShowAsync(IssueReference issue, IReadOnlyList<string> current, string? wanted, CancellationToken cancellationToken)
    {
        var (add, remove) = Change(current, wanted);
        if (add.Count > 0)
            await gitHub.AddLabelsAsync(issue, add, cancellationToken);
        foreach (var label in remove)
            await gitHub.RemoveLabelAsync(issue, label, cancellationToken);
    }
}
