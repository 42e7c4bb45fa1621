using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClaudeBot;

/// <summary>An issue or pull request, written <c>owner/name#12</c>. GitHub numbers both in one sequence.</summary>
public sealed record IssueReference(RepositoryName Repository, int Number)
{
    /// <summary>Parses <c>owner/name#12</c>; false when the text is not of that form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IssueReference? issue)
    {
        issue = null;
        var hash = text?.LastIndexOf('#') ?? -1;
        if (hash > 0
            && RepositoryName.TryParse(text![..hash], out var repository)
            && int.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0)
        {
            issue = new IssueReference(repository, number);
        }

        return issue is not null;
    }

    public override string ToString() => $"{Repository}#{Number}";
}
