namespace ClaudeBot.Workspaces;

/// <summary>The private place where one task is worked on.</summary>
public sealed record Workspace
{
    public required TaskId TaskId { get; init; }

    public required RepositoryName Repository { get; init; }

    public required string Branch { get; init; }

    public required string BaseBranch { get; init; }

    /// <summary>The agent's folder: the files, and a git directory of the agent's own that the host never reads.</summary>
    public required string Tree { get; init; }

    /// <summary>The trusted git directory, which the agent never writes.</summary>
    public required string GitDirectory { get; init; }

    /// <summary>The agent's home, kept for the issue: <c>sessions/owner--repo--issue-42/</c>.</summary>
    public required string Home { get; init; }

    /// <summary>The commit of the base branch that this work stands on.</summary>
    public required string BaseSha { get; init; }

    /// <summary>The commit checked out at the start: the branch's head when it exists on the server and is not merged, else <see cref="BaseSha"/>.</summary>
    public required string StartSha { get; init; }

    /// <summary>The branch's head on the server when the workspace was made; null when it was not there.</summary>
    public required string? RemoteSha { get; init; }

    /// <summary>True: what the branch holds on the server is merged, and the push replaces it on purpose. Else a commit is pushed only on top of <see cref="RemoteSha"/>.</summary>
    public bool ReplacesRemote { get; init; }

    /// <summary>The default branch's head when the workspace was made: the repository's rules are read there. Null in what an earlier version wrote down.</summary>
    public string? RulesSha { get; init; }

    /// <summary>The mirror's objects, which the agent's git directory borrows: its sandbox shows this folder to it, read-only.</summary>
    public string? SharedObjects { get; init; }

    /// <summary>A merge under way: <see cref="StartSha"/> is then a commit that never leaves, and the commit that is made has two other parents. Null: none.</summary>
    public MergeState? Merge { get; init; }

    /// <summary>Tells this workspace from another that is made in its place; null in what an earlier version wrote down.</summary>
    public string? Stamp { get; init; }

    /// <summary>The parents of the commit that is made here.</summary>
    internal IReadOnlyList<string> Parents => Merge is { } merge ? [merge.Ours, merge.Theirs] : [StartSha];

    /// <summary>What lies outside the tree and is needed to work in it.</summary>
    public IReadOnlyList<string> Readable => SharedObjects is null ? [] : [SharedObjects];
}

/// <summary>A commit made from what lies in the tree.</summary>
/// <param name="Files">Paths changed against <see cref="Workspace.BaseSha"/>, with <c>/</c>, sorted.</param>
/// <param name="WholeTree">All that lay there, what was left out of the commit included: git's id of it.</param>
public sealed record CommittedChange(string Sha, IReadOnlyList<string> Files, int Insertions, int Deletions, string WholeTree);

/// <summary>What the host's own commands (setup, checks) did to the files: git's ids of the tree before and after.</summary>
public sealed record TreeDrift(string Before, string After);

public enum PushOutcome
{
    Pushed,
    /// <summary>The server already had this commit at the branch.</summary>
    AlreadyThere,
    /// <summary>Somebody moved the branch meanwhile: nothing was overwritten.</summary>
    Moved,
}

/// <summary>Git, or what it talked to, failed. The message holds git's own last words, redacted.</summary>
/// <param name="isTransient">The network or the server failed: trying again may help.</param>
public sealed class WorkspaceException(string message, bool isTransient) : Exception(message)
{
    public bool IsTransient { get; } = isTransient;

    /// <summary>The host's own copy is at fault: making it anew may heal it.</summary>
    internal bool IsLocal { get; init; }
}
