namespace ClaudeBot.Workspaces;

/// <summary>
/// File names that some file system takes for <c>.git</c>: other case, NTFS short name, stream and trailing dots, and
/// characters that HFS+ ignores. They would turn a commit into configuration on somebody's machine (CVE-2014-9390,
/// CVE-2019-1352, CVE-2019-1353).
/// </summary>
internal static class GitName
{
    /// <summary>True for <c>.git</c> itself and for all that passes for it.</summary>
    public static bool IsGit(ReadOnlySpan<char> name)
    {
        // The longest disguise that is found costs a few characters; all other names leave here.
        if (name.IsEmpty || (name.IndexOf('g') < 0 && name.IndexOf('G') < 0))
            return false;

        Span<char> plain = stackalloc char[8];
        var length = 0;
        foreach (var c in name)
        {
            if (c is ':')
                break;
            if (IsIgnoredByHfs(c))
                continue;
            if (length == plain.Length)
            {
                if (c is not ('.' or ' '))
                    return false;
                continue;
            }

            plain[length++] = c;
        }

        var bare = plain[..length].TrimEnd(". ");
        return bare.Equals(".git", StringComparison.OrdinalIgnoreCase) || bare.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsIgnoredByHfs(char c) =>
        c is (>= '\u200c' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u206a' and <= '\u206f') or '\ufeff';
}
