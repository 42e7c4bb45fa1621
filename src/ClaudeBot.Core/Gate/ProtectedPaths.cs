namespace ClaudeBot.Gate;

/// <summary>Which changes of the agent stay here: files that give power over the repository, over its reviewers or over the next agent.</summary>
public sealed class ProtectedPaths
{
    /// <summary>Never changed by the bot, whatever the policy says: they run with the repository's secrets, or are the policy itself.</summary>
    private static readonly string[] Always = [".github/workflows/", ".github/actions/", RepositoryPolicy.Path, ".gitmodules"];

    /// <summary>Changed only when the policy opens them by <c>!PATTERN</c>.</summary>
    private static readonly string[] ByDefault =
    [
        ".github/", ".gitlab-ci.yml", ".circleci/", ".buildkite/", "azure-pipelines.yml", "Jenkinsfile", "CODEOWNERS",
        ".claude/", ".cursor/", ".codex/", ".gemini/", ".vscode/", ".idea/", ".devcontainer/", ".husky/", ".githooks/", ".envrc",
        ".mcp.json", ".claude.json", "CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md", ".cursorrules",
    ];

    private readonly PathPatterns _always;
    private readonly PathPatterns _closed;
    private readonly PathPatterns _opened;

    /// <exception cref="FormatException">A pattern of the policy is not understood.</exception>
    public ProtectedPaths(RepositoryPolicy policy)
    {
        _always = new PathPatterns([.. Always, .. policy.ProtectedPaths.Where(pattern => !IsOpening(pattern)), .. policy.ExcludePaths]);
        _closed = new PathPatterns(ByDefault);
        _opened = new PathPatterns(policy.ProtectedPaths.Where(IsOpening).Select(pattern => pattern[1..]));
    }

    /// <summary>Those of the paths that the bot may not change.</summary>
    public IReadOnlyList<string> In(IReadOnlyCollection<string> paths) =>
        [.. _always.In(paths).Union(_closed.In(paths).Except(_opened.In(paths))).Order(StringComparer.Ordinal)];

    private static bool IsOpening(string pattern) => pattern.StartsWith('!');
}
