using Microsoft.Extensions.FileSystemGlobbing;

namespace ClaudeBot.Gate;

/// <summary>
/// Paths of a repository by pattern, in any case: <c>*</c> and <c>**</c> as in a .gitignore. A pattern without a slash is looked for in every
/// folder; one that names a folder means all that lies in it.
/// </summary>
public sealed class PathPatterns
{
    private readonly Matcher _matcher = new(StringComparison.OrdinalIgnoreCase);

    /// <exception cref="FormatException">One is not understood: it would protect nothing, and nobody would notice.</exception>
    public PathPatterns(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (Fault(pattern) is { } fault)
                throw new FormatException(fault);
            _matcher.AddIncludePatterns(Forms(pattern));
        }
    }

    /// <summary>Those of the paths that a pattern means.</summary>
    public IEnumerable<string> In(IEnumerable<string> paths) => paths.Where(path => _matcher.Match("/", $"/{path}").HasMatches);

    /// <summary>What is wrong with a pattern, as a sentence without its end; null when it is understood. A leading <c>!</c> is not part of it.</summary>
    public static string? Fault(string pattern)
    {
        var bare = pattern.TrimStart('!');
        if (bare.Trim('/', '*', '.').Length == 0 && !bare.Contains('*', StringComparison.Ordinal))
            return $"'{pattern}' names no path";
        if (bare.IndexOfAny(['\\', '?', '[', ']', '{', '}']) >= 0)
            return $"'{pattern}' is not understood: write paths with '/', and '*' and '**' as wildcards";
        return bare.Split('/').Any(part => part is ".." or ".") ? $"'{pattern}' must not contain '.' or '..' as a folder" : null;
    }

    private static IEnumerable<string> Forms(string pattern)
    {
        var bare = pattern.Trim('/');
        var anywhere = bare.Contains('/', StringComparison.Ordinal) || pattern.StartsWith('/') ? bare : $"**/{bare}";
        return pattern.EndsWith('/') ? [$"{anywhere}/**"] : [anywhere, $"{anywhere}/**"];
    }
}
