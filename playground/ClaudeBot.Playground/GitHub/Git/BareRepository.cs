using System.Collections.Immutable;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>The bare git repository behind a <see cref="Repository"/>.</summary>
internal sealed class BareRepository(string folder, TimeProvider time)
{
    public string Folder => folder;

    public async Task CreateAsync(string defaultBranch, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await RunAsync(["init", "--quiet", "--bare", $"--initial-branch={defaultBranch}", folder], cancellationToken);
        foreach (var (key, value) in ((string, string)[])
            [("http.receivepack", "true"), ("uploadpack.allowAnySHA1InWant", "true"), ("uploadpack.allowFilter", "true"),
             ("receive.autogc", "false"), ("gc.auto", "0"), ("receive.hideRefs", "refs/pull")])
        {
            await File.AppendAllTextAsync(Path.Combine(folder, "config"), ConfigLine(key, value), cancellationToken);
        }
    }

    /// <summary>Commits every file of a folder (its <c>.gitignore</c> obeyed) on top of nothing, as the first commit of the branch.</summary>
    public async Task<string> CommitFolderAsync(string source, string branch, string message, Account author, CancellationToken cancellationToken)
    {
        var index = Path.Combine(folder, $"index.{Guid.NewGuid():N}");
        try
        {
            Dictionary<string, string> environment = new() { ["GIT_INDEX_FILE"] = index, ["GIT_DIR"] = folder, ["GIT_WORK_TREE"] = source };
            await RunAsync(["add", "--all", "."], cancellationToken, environment, workingFolder: source);
            var tree = (await RunAsync(["write-tree"], cancellationToken, environment, workingFolder: source)).Line;
            var commit = await CommitTreeAsync(tree, [], message, author, cancellationToken);
            await RunAsync(["update-ref", $"refs/heads/{branch}", commit], cancellationToken);
            return commit;
        }
        finally
        {
            File.Delete(index);
        }
    }

    public async Task<string> CommitTreeAsync(string tree, IReadOnlyList<string> parents, string message, Account author, CancellationToken cancellationToken)
    {
        var stamp = GitProcess.Stamp(time.GetUtcNow());
        Dictionary<string, string> environment = new()
        {
            ["GIT_AUTHOR_NAME"] = author.Login,
            ["GIT_AUTHOR_EMAIL"] = author.Email,
            ["GIT_AUTHOR_DATE"] = stamp,
            ["GIT_COMMITTER_NAME"] = author.Login,
            ["GIT_COMMITTER_EMAIL"] = author.Email,
            ["GIT_COMMITTER_DATE"] = stamp,
        };
        return (await RunAsync(["commit-tree", tree, .. parents.SelectMany(parent => (string[])["-p", parent]), "-F", "-"],
            cancellationToken, environment, input: message)).Line;
    }

    /// <summary>Moves a reference from <paramref name="old"/> (null: it must not be there) to <paramref name="sha"/> (null: away); false when it had moved.</summary>
    public async Task<bool> MoveAsync(string reference, string? old, string? sha, CancellationToken cancellationToken)
    {
        const string nothing = "0000000000000000000000000000000000000000";
        var output = await TryAsync(
            sha is null ? ["update-ref", "-d", reference, old ?? nothing] : ["update-ref", reference, sha, old ?? nothing], cancellationToken);
        return output.ExitCode == 0;
    }

    public async Task<ImmutableSortedDictionary<string, string>> ReferencesAsync(CancellationToken cancellationToken)
    {
        var output = await RunAsync(["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"], cancellationToken);
        return output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .ToImmutableSortedDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);
    }

    /// <summary>The commit that a sha, a branch, a tag or a full reference name means; null when there is none.</summary>
    public async Task<string?> ResolveCommitAsync(string revision, CancellationToken cancellationToken)
    {
        if (revision.StartsWith('-'))
        {
            return null;
        }

        var output = await TryAsync(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], cancellationToken);
        return output.ExitCode == 0 ? output.Line : null;
    }

    public async Task<string?> TypeOfAsync(string sha, CancellationToken cancellationToken)
    {
        var output = await TryAsync(["cat-file", "-t", sha], cancellationToken);
        return output.ExitCode == 0 ? output.Line : null;
    }

    public async Task<bool> IsAncestorAsync(string ancestor, string descendant, CancellationToken cancellationToken) =>
        (await TryAsync(["merge-base", "--is-ancestor", ancestor, descendant], cancellationToken)).ExitCode == 0;

    public Task<GitOutput> TryAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        GitProcess.RunAsync(GitProcess.Prepare(folder, arguments), null, cancellationToken);

    public async Task<GitOutput> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null, string? input = null, string? workingFolder = null)
    {
        var start = GitProcess.Prepare(workingFolder ?? folder, arguments);
        foreach (var (name, value) in environment ?? ImmutableDictionary<string, string>.Empty)
        {
            start.Environment[name] = value;
        }

        var output = await GitProcess.RunAsync(start, input, cancellationToken);
        return output.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"git {arguments[0]} ended with {output.ExitCode}: {output.Complaint.Trim()}");
    }

    private static string ConfigLine(string key, string value) =>
        $"[{key[..key.IndexOf('.', StringComparison.Ordinal)]}]\n\t{key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..]} = {value}\n";
}
