namespace ClaudeBot.Workspaces;

/// <summary>Puts files of the agent's folder back as they were. By git, which follows no link on the way to a file: gitattributes and filters have no say, as at the checkout.</summary>
internal sealed class FileRestoration(Git git, GitPlace place)
{
    /// <summary>Undoes changes that lie in the folder; touches no other file.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task TakeBackAsync(IReadOnlyCollection<ChangedFile> files, CancellationToken cancellationToken)
    {
        // Two indexes that know these files alone: git removes what only the first has, and writes what the second has.
        var before = await TreeAsync(files.Select(file => (file.OldMode, file.OldId, file.Path)), cancellationToken);
        await WithIndexAsync(
            files.Select(file => (file.NewMode, file.NewId, file.Path)),
            index => RunAsync(["read-tree", "--reset", "-u", before], index, null, cancellationToken),
            cancellationToken);
    }

    private Task<string> TreeAsync(IEnumerable<(string Mode, string? Id, string Path)> entries, CancellationToken cancellationToken) =>
        WithIndexAsync(entries, async index => (await RunAsync(["write-tree"], index, null, cancellationToken)).Trim(), cancellationToken);

    private async Task<string> WithIndexAsync(IEnumerable<(string Mode, string? Id, string Path)> entries, Func<string, Task<string>> use, CancellationToken cancellationToken)
    {
        var index = Path.Combine(place.Directory, $"index-{Path.GetRandomFileName()}");
        try
        {
            var lines = entries.Where(entry => entry.Id is not null).Select(entry => $"{entry.Mode} {entry.Id}\t{entry.Path}\0");
            await RunAsync(["update-index", "-z", "--index-info"], index, string.Concat(lines), cancellationToken);
            return await use(index);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private async Task<string> RunAsync(string[] arguments, string index, string? input, CancellationToken cancellationToken)
    {
        var result = await git.TryAsync(place, arguments, cancellationToken, input, new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index });
        return git.Require(result, arguments[0]).Output;
    }
}
