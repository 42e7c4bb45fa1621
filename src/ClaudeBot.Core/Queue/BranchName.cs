using System.Text;

namespace ClaudeBot.Queue;

/// <summary>
/// The branch of a task: <c>bot/issue-42-fix-the-parser</c>, or <c>bot/task-x7k2m9-fix-the-parser</c> without an issue.
/// Safe as a git reference whatever the title holds (rules: git-check-ref-format(1)): only a–z, 0–9 and single hyphens.
/// </summary>
public static class BranchName
{
    private const int LongestSlug = 40;

    public static string ForIssue(int number, string title) => $"bot/issue-{number}-{Slug(title)}";

    /// <param name="id">Its last six letters go into the name.</param>
    public static string ForTask(TaskId id, string title) => $"bot/task-{Slug(id.Value.Length > 6 ? id.Value[^6..] : id.Value)}-{Slug(title)}";

    /// <summary>At most 40 characters, never empty.</summary>
    private static string Slug(string title)
    {
        var slug = new StringBuilder(LongestSlug);
        foreach (var character in title)
        {
            if (slug.Length == LongestSlug)
                break;
            if (char.IsAsciiLetterOrDigit(character))
                slug.Append(char.ToLowerInvariant(character));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var trimmed = slug.ToString().TrimEnd('-');
        return trimmed.Length > 0 ? trimmed : "change";
    }
}
