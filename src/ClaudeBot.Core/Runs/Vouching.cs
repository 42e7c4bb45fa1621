using ClaudeBot.GitHub;

namespace ClaudeBot.Runs;

/// <summary>Whoever asked must still be allowed to when the work leaves: rights are taken away for reasons.</summary>
public sealed class Vouching(GitHubClient gitHub, RunOptions options)
{
    /// <summary>
    /// Asks GitHub again for the permission of the account that the task was made for. A conditional read: without a
    /// change it uses up nothing of the limit. An operator's task needs none.
    /// </summary>
    /// <exception cref="RunEndException">It may no longer write in the repository.</exception>
    /// <exception cref="GitHubException"/>
    public async Task RequireAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var asked in Askers(run).DistinctBy(asker => asker.Id).Where(asker => !options.AllowedBots.Contains(asker.Id)))
        {
            var permission = await run.Steps.ReadAsync(token => gitHub.GetPermissionAsync(run.Task.Repository, asked, token), cancellationToken);
            if (permission < RepositoryPermission.Write)
            {
                throw RunEnd.Failed($"@{asked.Login}, who asked for this, may no longer write in {run.Task.Repository}: nothing was pushed. "
                    + "Somebody who may can ask again by taking the label of this end off.");
            }
        }
    }

    private static IEnumerable<GitHubUser> Askers(Run run)
    {
        if (run.Task.RequestedById is { } id)
            yield return new GitHubUser(id, run.Task.RequestedBy, IsBot: false);
        foreach (var remark in run.FollowUp?.Points ?? [])
            yield return new GitHubUser(remark.Remark.AuthorId!.Value, remark.Remark.Author!, IsBot: false);
    }
}
