using System.Globalization;
using System.Text;

namespace ClaudeBot.Workspaces;

/// <summary>Makes commits out of trees, in the bot's name, signed where the operator gave a key.</summary>
internal sealed class CommitMaking(Git git, WorkspaceOptions options, TimeProvider time)
{
    /// <summary>Gives the commit's id. The same tree, parents, message and time give the same commit.</summary>
    /// <exception cref="WorkspaceException">Git failed, or the signing key cannot be used.</exception>
    public async Task<string> MakeAsync(GitPlace place, string tree, IEnumerable<string> parents, string message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var made = await git.TryAsync(place, ["commit-tree", tree, .. parents.SelectMany(parent => (string[])["-p", parent]), "-F", "-"], cancellationToken, message, Identity(now));
        var sha = git.Require(made, "commit-tree").Output.Trim();
        return options.SigningKey?.Current() is { } key ? await SignedAsync(place, sha, key, now, cancellationToken) : sha;
    }

    // What git would write: the header "gpgsig" after the committer, further lines begin with a blank; see gitformat-signature(5).
    private async Task<string> SignedAsync(GitPlace place, string sha, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var commit = Encoding.Latin1.GetBytes(await git.RunForBytesAsync(place, ["cat-file", "commit", sha], "", cancellationToken));
        string signature;
        try
        {
            signature = CommitSignature.Of(key, commit, now);
        }
        catch (FormatException fault)
        {
            throw new WorkspaceException($"The commit could not be signed with {options.SigningKey!.Name}: {fault.Message}.", isTransient: false);
        }

        var text = Encoding.UTF8.GetString(commit);
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var signed = $"{text[..end]}\ngpgsig {signature.TrimEnd('\n').Replace("\n", "\n ", StringComparison.Ordinal)}{text[end..]}";
        return (await git.RunAsync(place, ["hash-object", "-t", "commit", "-w", "--stdin"], cancellationToken, signed)).Trim();
    }

    /// <summary>The environment by which git makes a commit in the bot's name.</summary>
    public Dictionary<string, string> Identity() => Identity(time.GetUtcNow());

    private Dictionary<string, string> Identity(DateTimeOffset now)
    {
        var date = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
        return new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = options.AuthorName,
            ["GIT_AUTHOR_EMAIL"] = options.AuthorEmail,
            ["GIT_AUTHOR_DATE"] = date,
            ["GIT_COMMITTER_NAME"] = options.CommitterName ?? options.AuthorName,
            ["GIT_COMMITTER_EMAIL"] = options.CommitterEmail ?? options.AuthorEmail,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }
}
