using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>Finds out what a follow-up is to see to, before anything is said about it on GitHub.</summary>
public sealed class FollowUpStart(IRemarks remarks, GitHubClient gitHub, CheckTriage checks)
{
    /// <summary>Fills in <see cref="Run.FollowUp"/>. What was said since the task was made joins it, unless the agent has begun already.</summary>
    /// <exception cref="RunEndException">There is nothing to see to any more, or nothing but a second try of a check.</exception>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task BeginAsync(Run run, CancellationToken cancellationToken)
    {
        // A run before this one may have shown that it is at work.
        run.IsQuiet = run.Attempt == 1;
        var pull = run.Task.Issue ?? throw RunEnd.Failed("This follow-up names no pull request.");
        if (await remarks.OriginAsync(pull, cancellationToken) is not { } origin)
            throw RunEnd.Failed($"{pull} is no pull request of this bot.");

        var hasBegun = await run.Steps.FindAsync<object>(RunStep.Agent, cancellationToken) is not null
            || await run.Steps.FindAsync<object>(RunStep.Answers, cancellationToken) is not null;
        var batch = await remarks.BatchAsync(run.Lease, join: !hasBegun, cancellationToken);
        var found = await run.Steps.ReadAsync(token => gitHub.GetPullRequestAsync(pull, token), cancellationToken);
        if (!found.IsOpen)
            throw Over("The pull request was closed before the work began.");
        if (batch.Count == 0)
            throw Over("Nothing is left to see to.");

        var session = await remarks.SessionAsync(run.Task.Repository, run.Task.Branch, cancellationToken);
        run.FollowUp = new FollowUp(origin, found, batch, session);
        run.Place = origin.Id;
        run.Board.Update(progress => progress with { Goal = "Push and answer" });
        if (batch.Any(stored => stored.Remark.Kind == RemarkKind.Check))
        {
            var failures = hasBegun ? await checks.LookAgainAsync(run, run.FollowUp, cancellationToken) : await checks.LookAsync(run, run.FollowUp, cancellationToken);
            run.FollowUp = run.FollowUp with { Failures = failures };
        }

        run.IsQuiet = false;
    }

    private static RunEndException Over(string reason) => new(new RunEnd.Over(TaskState.Cancelled, reason, null));
}
