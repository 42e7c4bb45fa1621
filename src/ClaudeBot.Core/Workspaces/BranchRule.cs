using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Workspaces;

/// <summary>Which branch names are taken: git's own rules, see git-check-ref-format(1), and GitHub's length.</summary>
internal static partial class BranchRule
{
    private const int LongestBytes = 244;

    /// <exception cref="WorkspaceException">One is no branch name, or the work would go straight onto the base branch.</exception>
    public static void Require(string baseBranch, string branch)
    {
        foreach (var name in (string[])[baseBranch, branch])
        {
            if (!IsBranch(name))
                throw new WorkspaceException($"'{Printable(name)}' is not a valid branch name.", isTransient: false);
        }

        if (baseBranch == branch)
            throw new WorkspaceException($"The work's branch is the base branch '{branch}' itself.", isTransient: false);
    }

    public static bool IsBranch(string name) => !Forbidden().IsMatch(name) && Encoding.UTF8.GetByteCount(name) is > 0 and <= LongestBytes;

    private static string Printable(string name) =>
        string.Concat(name.Take(LongestBytes).Select(c => char.IsControl(c) ? '?' : c));

    [GeneratedRegex(@"\A[-/]|\A@\z|\Arefs/|\AHEAD\z|/\.|\A\.|\.lock(/|\z)|\.\.|//|[/.]\z|@\{|[\x00-\x20\x7f~^:?*\[\\]")]
    private static partial Regex Forbidden();
}
