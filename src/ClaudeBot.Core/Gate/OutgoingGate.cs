using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Gate;

/// <summary>
/// Stands before everything that leaves: a commit's files, their names, its message, the branch and the words that go with it. It holds protected
/// files back, and lets nothing go that holds a secret, breaks a limit or cannot be read.
/// </summary>
public sealed class OutgoingGate(WorkspaceStore workspaces, SecretScanner scanner, GateOptions options)
{
    /// <summary>Judges a change. Whatever goes wrong here blocks it, but for a passing fault of the workspace, which is thrown: nothing has left then.</summary>
    /// <exception cref="WorkspaceException">Trying again may help.</exception>
    public async Task<GateVerdict> JudgeAsync(OutgoingChange change, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(change, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException and not WorkspaceException { IsTransient: true })
        {
            return new GateVerdict.Blocked([$"The gate could not look at it ({e.GetType().Name}: {scanner.Redact(e.Message)})."]);
        }
    }

    private async Task<GateVerdict> LookAsync(OutgoingChange change, CancellationToken cancellationToken)
    {
        List<string> reasons = [.. WordFaults([("the branch name", change.Workspace.Branch), .. change.Words], change.Public)];
        if (change.Sha is null)
            return reasons.Count == 0 ? new GateVerdict.Allowed() : new GateVerdict.Blocked(reasons);

        var commit = await workspaces.ReadCommitAsync(change.Workspace, change.Sha, cancellationToken);
        var closed = new ProtectedPaths(change.Policy).In([.. commit.Files.Select(file => file.Path)]);
        List<ChangedFile> heldBack = [.. commit.Files.Where(file => closed.Contains(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal)];
        CommittedChange? rest = null;
        if (heldBack.Count > 0)
        {
            rest = await workspaces.WithoutAsync(change.Workspace, commit, heldBack, cancellationToken);
            if (rest is null)
                return new GateVerdict.Blocked([$"It changes protected files only, and those are left to people: {string.Join(", ", closed.Select(path => $"`{ChangeLimits.Name(path)}`"))}."]);
            commit = await workspaces.ReadCommitAsync(change.Workspace, rest.Sha, cancellationToken);
        }

        reasons.AddRange(WordFaults([("the commit message", commit.Message), ("a file name", string.Join('\n', commit.Files.Select(file => file.Path)))], change.Public));
        var limits = ChangeLimits.Faults(commit, options).ToList();
        // Only what is within the limits is read.
        reasons.AddRange(limits.Count > 0 ? limits : await FileFaultsAsync(change.Workspace, commit, cancellationToken));
        if (reasons.Count > 0)
            return new GateVerdict.Blocked([.. reasons.Select(scanner.Redact)]);
        return rest is null ? new GateVerdict.Allowed() : new GateVerdict.Reduced(rest, heldBack);
    }

    private IEnumerable<string> WordFaults(IEnumerable<(string What, string Text)> words, IReadOnlyList<string> known)
    {
        foreach (var (what, text) in words)
        {
            if (scanner.HoldsLiveSecret(text))
                yield return $"A live secret of this service stands in {what}.";
            foreach (var found in scanner.Find(text, known))
                yield return $"What looks like {found.Kind} stands in {what}.";
        }
    }

    private async Task<IReadOnlyList<string>> FileFaultsAsync(Workspace workspace, CommitContent commit, CancellationToken cancellationToken)
    {
        var present = commit.Files.Where(file => file.NewId is not null).ToList();
        var old = await workspaces.ReadBlobsAsync(workspace, [.. commit.Files.Where(IsFile).Select(file => file.OldId).OfType<string>()], cancellationToken);
        var now = await workspaces.ReadBlobsAsync(workspace, [.. present.Select(file => file.NewId!)], cancellationToken);
        var known = old.Values.ToList();
        var faults = new List<string>();
        foreach (var file in present.Where(file => !old.ContainsKey(file.NewId!)))
        {
            var content = now[file.NewId!];
            var name = ChangeLimits.Name(file.Path);
            if (content.Length != file.NewBytes)
                faults.Add($"`{name}` could not be read whole.");
            if (ChangeLimits.IsLfsPointer(content))
                faults.Add($"`{name}` is a Git LFS pointer, whose content the bot can neither see nor upload.");
            if (scanner.HoldsLiveSecret(content))
                faults.Add($"A live secret of this service stands in `{name}`.");
            faults.AddRange(scanner.Find(content, known).Select(found => $"What looks like {found.Kind} stands in `{name}`, line {found.Line}. If it is a made-up one, write it so that it cannot be mistaken, or put it together at run time."));
        }

        return faults;
    }

    private static bool IsFile(ChangedFile file) => file.OldMode != "160000";
}
