using System.Text;

namespace ClaudeBot.PullRequests;

/// <summary>Conventional Commits 1.0 (https://www.conventionalcommits.org), within what commitlint's usual rules take.</summary>
public static class ConventionalCommit
{
    /// <summary>The longest line of a message, in characters.</summary>
    private const int LongestLine = 100;

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bug"] = "fix",
        ["fix"] = "fix",
        ["regression"] = "fix",
        ["enhancement"] = "feat",
        ["feature"] = "feat",
        ["feat"] = "feat",
        ["documentation"] = "docs",
        ["docs"] = "docs",
        ["performance"] = "perf",
        ["perf"] = "perf",
        ["refactoring"] = "refactor",
        ["refactor"] = "refactor",
        ["tests"] = "test",
        ["test"] = "test",
        ["build"] = "build",
        ["ci"] = "ci",
        ["chore"] = "chore",
    };

    /// <summary>The type that an issue's labels tell, as <c>bug</c> or <c>type: bug</c>; <c>fix</c> where they tell none.</summary>
    public static string Type(IEnumerable<string> labels) =>
        labels.Select(label => Types.GetValueOrDefault(label[(label.LastIndexOfAny([':', '/']) + 1)..].Trim())).OfType<string>().FirstOrDefault() ?? "fix";

    /// <summary><c>type: subject (#42)</c>: the subject in lower case at its beginning, without a full stop, within the line.</summary>
    public static string Title(string type, int? issueNumber, string subject)
    {
        subject = subject.Trim().TrimEnd('.');
        // A word all in capitals is a name.
        if (subject.Length > 1 && char.IsUpper(subject[0]) && !char.IsUpper(subject[1]))
            subject = char.ToLowerInvariant(subject[0]) + subject[1..];
        var tail = issueNumber is { } number ? $" (#{number})" : "";
        return $"{type}: {Conversation.ForeignText.Shorten(subject, LongestLine - type.Length - 2 - tail.Length)}{tail}";
    }

    /// <summary>The text with its lines broken between words; a word that is longer stays whole.</summary>
    public static string Wrapped(string text)
    {
        var wrapped = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var rest = line;
            while (rest.Length > LongestLine && rest.LastIndexOf(' ', LongestLine) is > 0 and var blank && rest[..blank].Trim().Length > 0)
            {
                wrapped.Append(rest, 0, blank).Append('\n');
                rest = rest[(blank + 1)..];
            }

            wrapped.Append(rest).Append('\n');
        }

        return wrapped.ToString().TrimEnd('\n');
    }
}
