using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>
/// A webhook carries the words that were there when the label was put on; a poll finds what is there now. Between the
/// two somebody without rights, as the author of the issue mostly is, may have put other words there.
/// </summary>
internal sealed class EditRule(GitHubClient github, TriggerOptions options)
{
    /// <param name="issue">As it is now.</param>
    /// <param name="asked">The request, made by somebody who may.</param>
    /// <param name="since">The issue's events after it.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    /// <exception cref="GitHubException">GitHub did not answer now.</exception>
    public async Task<RuleFact> UnchangedAsync(GitHubIssue issue, GitHubIssueEvent asked, IReadOnlyList<GitHubIssueEvent> since, CancellationToken cancellationToken)
    {
        // GitHub's times are whole seconds: what happened within the same one cannot be put in order.
        if (issue.UpdatedAt <= asked.CreatedAt)
            return new RuleFact(true, "Nothing was changed since it was asked for.");

        var editors = since.Where(happened => happened.Event == "renamed").Select(happened => happened.Actor).ToList();
        try
        {
            if (await github.FindLastEditAsync(issue.Reference, cancellationToken) is { } edit && edit.At > asked.CreatedAt)
                editors.Add(edit.Editor);
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            return new RuleFact(false, $"GitHub does not tell whether its text was edited after it was asked for ({fault.Message}); read it again, then take the label {options.BotLabel} off and put it on.", IsRefusal: true);
        }

        foreach (var editor in editors.DistinctBy(editor => editor?.Id))
        {
            if (editor?.Id != asked.Actor?.Id && !await MayWriteAsync(issue.Reference.Repository, editor, cancellationToken))
            {
                return new RuleFact(
                    false,
                    $"{(editor is null ? "Somebody whose account is gone" : $"@{editor.Login}, who may not write in {issue.Reference.Repository},")} changed its title or text after @{asked.Actor?.Login} asked for it; "
                    + $"read it again, then take the label {options.BotLabel} off and put it on.",
                    IsRefusal: true);
            }
        }

        return new RuleFact(true, "Its title and text were not changed, since it was asked for, by anybody who may not ask.");
    }

    private async Task<bool> MayWriteAsync(RepositoryName repository, GitHubUser? editor, CancellationToken cancellationToken) =>
        editor is not null
        && (editor.IsBot
            ? options.AllowedBots.Contains(editor.Id)
            : await github.GetPermissionAsync(repository, editor, cancellationToken) >= RepositoryPermission.Write);
}
