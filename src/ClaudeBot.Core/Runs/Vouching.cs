using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>Whoever asked must still be allowed to when the work leaves: rights are taken away for reasons.</summary>
public sealed class Vouching(GitHubClient gitHub, RunOptions options)
{
    /// <summary>
    /// Asks GitHub again for the permission of everybody whose word the work goes by: whoever the task was made for, and
    /// whoever said something that the agent was told. A conditional read: without a change it uses up nothing of the
    /// limit. An operator's task needs none.
    /// </summary>
    /// <exception cref="RunEndException">One of them may no longer write in the repository.</exception>
    /// <exception cref="GitHubException"/>
    public async Task RequireAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var asked in Askers(run).DistinctBy(asker => asker.Id).Where(asker => !options.AllowedBots.Contains(asker.Id)))
        {
            var permission = await run.Steps.ReadAsync(token => gitHub.GetPermissionAsync(run.Task.Repository, asked, token), cancellationToken);
            if (permission < RepositoryPermission.Write)
            {
                throw RunEnd.Failed($"@{asked.Login}, who asked for this, may no longer write in {run.Task.Repository}: nothing was pushed. "
                    + (run.FollowUp is null ? "Somebody who may can ask again by taking the label of this end off." : "Somebody who may can ask again in a comment of their own."));
            }
        }
    }

    private static IEnumerable<GitHubUser> Askers(Run run)
    {
        if (run.Task.RequestedById is { } id)
            yield return new GitHubUser(id, run.Task.RequestedBy, IsBot: false);
        foreach (var remark in (run.FollowUp?.Batch ?? []).Select(stored => stored.Remark))
        {
            if (remark is { AuthorId: { } authorId, Author: { } author })
                yield return new GitHubUser(authorId, author, IsBot: false);
        }

        foreach (var input in run.Said.Inputs)
            yield return new GitHubUser(input.ById, input.By, IsBot: false);
    }
}
