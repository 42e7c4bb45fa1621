using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>
/// Looks at checks that failed on the bot's own commit: whether they still do, whether a second try is worth more than a
/// repair, and whether it is time to give up.
/// </summary>
public sealed class CheckTriage(GitHubClient gitHub, IRemarks remarks, CheckLogs logs, ReviewAnswers answers, FollowUpOptions followUps, RunOptions options)
{
    private readonly BotTurns _turns = new(followUps);

    /// <summary>What came of a remark whose check was run again.</summary>
    private const string Rerun = "rerun";

    private const string GivenUp = "given_up";

    /// <summary>What is to be repaired; none when the checks have settled themselves and something else is to be seen to.</summary>
    /// <exception cref="RunEndException">There is nothing to repair, now or at all.</exception>
    /// <exception cref="GitHubException"/>
    public async Task<IReadOnlyList<FailedCheck>> LookAsync(Run run, FollowUp followUp, CancellationToken cancellationToken)
    {
        var pull = followUp.Pull;
        var isAll = followUp.Points.Count == 0 && !followUp.MergesBase;
        if (await remarks.PullOfCommitAsync(pull.Reference.Repository, pull.HeadSha, cancellationToken) is null)
            return isAll ? throw Quiet(TaskState.Cancelled, "Somebody else pushed to the branch since: its checks are theirs.") : [];

        var failing = await run.Steps.ReadAsync(token => gitHub.ListFailedChecksAsync(pull.Reference.Repository, pull.HeadSha, token), cancellationToken);
        if (failing.Count == 0)
            return isAll ? throw Quiet(TaskState.Succeeded, "No check fails on the branch's last commit any more.") : [];
        if (!isAll)
            return await logs.ReadAsync(run, pull.Reference.Repository, failing, cancellationToken);

        var history = await remarks.OfPullAsync(pull.Reference, cancellationToken);
        var lineage = Lineage(history);
        var rounds = lineage.Where(stored => stored is { Outcome: "pushed", Remark.Kind: RemarkKind.Check }).Select(stored => stored.TaskId).Distinct().Count();
        if (rounds == 0 && !lineage.Any(stored => stored.Outcome == Rerun))
            await RerunAsync(run, followUp, failing, cancellationToken);
        if (rounds >= options.CheckRounds)
            throw await GiveUpAsync(run, followUp, failing, lineage.Any(stored => stored.Outcome == GivenUp && stored.TaskId != run.Task.Id), cancellationToken);
        return await logs.ReadAsync(run, pull.Reference.Repository, failing, cancellationToken);
    }

    /// <summary>The same for a run that goes on where one was cut off: nothing is decided anew.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<IReadOnlyList<FailedCheck>> LookAgainAsync(Run run, FollowUp followUp, CancellationToken cancellationToken)
    {
        var repository = followUp.Pull.Reference.Repository;
        var failing = await run.Steps.ReadAsync(token => gitHub.ListFailedChecksAsync(repository, followUp.Pull.HeadSha, token), cancellationToken);
        return failing.Count > 0
            ? await logs.ReadAsync(run, repository, failing, cancellationToken)
            : [.. followUp.Batch.Where(stored => stored.Remark.Kind == RemarkKind.Check).Select(stored => new FailedCheck(stored.Remark.Detail.Text, stored.Remark.Detail.Conclusion ?? "failure", stored.Remark.Detail.Url, ""))];
    }

    /// <summary>
    /// Failures since people last had something seen to, or a conflict was: from there the rounds count anew. What bots say does not start
    /// them again: a bot that remarks on every push would have the checks repaired for ever.
    /// </summary>
    private IReadOnlyList<StoredRemark> Lineage(IReadOnlyList<StoredRemark> history) =>
    [
        .. history.Skip(history.ToList().FindLastIndex(stored =>
            stored is { Outcome: not (null or StoredRemark.Left), Remark.Kind: not RemarkKind.Check } && !_turns.IsOfBot(stored)) + 1),
    ];

    /// <summary>A failure may be chance: before the first repair every failed check that can be run again is, once.</summary>
    /// <exception cref="RunEndException">They run again; what comes of it is told as a new failure, or not at all.</exception>
    private async Task RerunAsync(Run run, FollowUp followUp, IReadOnlyList<FailedCheckRun> failing, CancellationToken cancellationToken)
    {
        var repository = followUp.Pull.Reference.Repository;
        if (failing.Any(check => check.IsStatus))
            return; // Nobody can run a commit status again.
        try
        {
            foreach (var check in failing)
            {
                await run.Steps.OnceAsync(
                    RunStep.Rerun(check.Id),
                    new { check.Name, check.HeadSha },
                    lookFirst: false,
                    async token => await gitHub.RunsAgainAsync(repository, check.Id, check.EndedAt, token) ? check : null,
                    async token =>
                    {
                        await gitHub.RerunCheckAsync(repository, check, token);
                        return check;
                    },
                    cancellationToken);
            }
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.Forbidden or GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            return; // Its App takes no such wish, or this credential may not have it: then it is repaired at once.
        }

        await SettleAsync(followUp, Rerun, cancellationToken);
        throw Quiet(TaskState.Succeeded, $"A second run was asked for of {Names(failing)}: the failure may be chance.");
    }

    private async Task<RunEndException> GiveUpAsync(Run run, FollowUp followUp, IReadOnlyList<FailedCheckRun> failing, bool isSaid, CancellationToken cancellationToken)
    {
        var reason = $"After {options.CheckRounds} rounds of repair these checks still fail on {followUp.Pull.HeadSha[..7]}: {Names(failing)}. The bot leaves them to people now.";
        if (!isSaid)
        {
            run.Labels = (await run.Steps.ReadAsync(token => gitHub.GetIssueAsync(followUp.Pull.Reference, token), cancellationToken)).Labels;
            await answers.CommentAsync(run, followUp.Pull.Reference, $"{reason}\n\nSay in a comment what should be done, and it goes on from there.", cancellationToken);
            run.IsQuiet = false;
        }

        await SettleAsync(followUp, GivenUp, cancellationToken);
        return new RunEndException(new RunEnd.Over(TaskState.Failed, reason, Publication.Link(followUp.Pull, ownSha: null))
        {
            Notice = isSaid ? EndNotice.None : EndNotice.Message,
        });
    }

    private Task SettleAsync(FollowUp followUp, string outcome, CancellationToken cancellationToken) =>
        remarks.SettleAsync(followUp.Batch.ToDictionary(stored => stored.Seq, _ => outcome), cancellationToken);

    private static string Names(IReadOnlyList<FailedCheckRun> checks) =>
        string.Join(", ", checks.Select(check => MarkdownText.Code(ForeignText.NeutraliseLine(check.Name, 100))));

    private static RunEndException Quiet(TaskState state, string reason) => new(new RunEnd.Over(state, reason, null) { Notice = EndNotice.None });
}
