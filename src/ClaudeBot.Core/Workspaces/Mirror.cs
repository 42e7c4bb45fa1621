using Microsoft.Extensions.Logging;

namespace ClaudeBot.Workspaces;

/// <summary>
/// The host's bare copy of one repository's branches, from which workspaces borrow their objects. It may vanish or
/// break at any time: it is then fetched anew.
/// </summary>
internal sealed partial class Mirror(RepositoryName repository, Git git, WorkspaceFolders folders, FolderRemoval removal, ILogger logger) : IDisposable
{
    /// <summary>Each fetch adds a pack; from here on the small ones are rolled into one.</summary>
    private const int ManyPacks = 30;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _asked;
    private long _served;

    public GitPlace Place { get; } = new(folders.Mirror(repository));

    public string Objects => Path.Combine(Place.Directory, "objects");

    /// <summary>
    /// Brings it to the server's state at a moment after this call began. One fetch runs at a time, and serves all
    /// callers who asked before it started.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var ticket = Interlocked.Increment(ref _asked);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_served >= ticket)
                return;
            var served = Interlocked.Read(ref _asked);
            await UpdateAsync(cancellationToken);
            _served = served;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Throws the copy away and fetches it anew.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task RemakeAsync(string reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Log.Damaged(logger, repository, reason);
            await MakeAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The commits of these branches as of the last fetch; one that is not there is left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HeadsAsync(string[] branches, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(
            Place,
            ["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", .. branches.Select(b => $"refs/heads/{b}")],
            cancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(parts => branches.Contains(parts[0]))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    public void Dispose() => _gate.Dispose();

    private async Task UpdateAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Place.Directory))
        {
            await MakeAsync(cancellationToken);
            return;
        }

        try
        {
            await FetchAsync(Place, cancellationToken);
        }
        catch (WorkspaceException e) when (e.IsLocal)
        {
            Log.Damaged(logger, repository, e.Message);
            await MakeAsync(cancellationToken);
        }

        await RollPacksAsync(cancellationToken);
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        // Under another name until it is whole: an interrupted clone must not look like a mirror.
        var draft = new GitPlace($"{Place.Directory}.new");
        await removal.RemoveAsync(draft.Directory);
        GitDirectory.Create(draft.Directory, "main", new Dictionary<string, string>(), isBare: true);
        await FetchAsync(draft, cancellationToken);
        await removal.RemoveAsync(Place.Directory);
        Directory.Move(draft.Directory, Place.Directory);
    }

    private async Task FetchAsync(GitPlace place, CancellationToken cancellationToken)
    {
        var result = await git.TryRemoteAsync(
            place,
            repository,
            ["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--update-head-ok", git.Url(repository), "+refs/heads/*:refs/heads/*"],
            cancellationToken);
        git.Require(result, $"fetch of {repository}");
    }

    private async Task RollPacksAsync(CancellationToken cancellationToken)
    {
        if (Directory.EnumerateFiles(Path.Combine(Objects, "pack"), "*.pack").Count() < ManyPacks)
            return;

        // Never drops an object: workspaces may stand on commits that no branch holds any more.
        var result = await git.TryAsync(Place, ["repack", "--geometric=2", "-d", "-q", "--no-write-bitmap-index"], cancellationToken);
        if (!result.Succeeded)
            Log.RepackFailed(logger, repository, git.Failure(result, "repack").Message);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The mirror of {Repository} is damaged and is fetched anew: {Reason}")]
        public static partial void Damaged(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The packs of the mirror of {Repository} could not be rolled up: {Reason}")]
        public static partial void RepackFailed(ILogger logger, RepositoryName repository, string reason);
    }
}
