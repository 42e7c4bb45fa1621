using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>Finds out what a follow-up is to see to, before anything is said about it on GitHub.</summary>
public sealed class FollowUpStart(IRemarks remarks, GitHubClient gitHub, CheckTriage checks, IRunJournal journal, FollowUpOptions options)
{
    private readonly BotTurns _turns = new(options);

    /// <summary>Fills in <see cref="Run.FollowUp"/>. What was said since the task was made joins it, unless the agent has begun already.</summary>
    /// <exception cref="RunEndException">There is nothing to see to any more, or nothing but a second try of a check.</exception>
    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task BeginAsync(Run run, CancellationToken cancellationToken)
    {
        run.IsQuiet = !await WasShownAsync(run, cancellationToken);
        var pull = run.Task.Issue ?? throw RunEnd.Failed("This follow-up names no pull request.");
        if (await remarks.OriginAsync(pull, cancellationToken) is not { } origin)
            throw RunEnd.Failed($"{pull} is no pull request of this bot.");

        var hasBegun = await run.Steps.FindAsync<object>(RunStep.Agent, cancellationToken) is not null
            || await run.Steps.FindAsync<object>(RunStep.Answers, cancellationToken) is not null;
        var batch = await remarks.BatchAsync(run.Lease, hasBegun ? [] : await JoiningAsync(run, pull, cancellationToken), cancellationToken);
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

    /// <summary>Whether a run before this one showed that it is at work, or how the task ended before somebody asked for another try.</summary>
    private async Task<bool> WasShownAsync(Run run, CancellationToken cancellationToken) =>
        await run.Steps.FindAsync<object>(RunStep.Announce, cancellationToken) is not null
        || (await journal.AttemptsAsync(run.Task.Id, cancellationToken)).Any(attempt => attempt.Ending is "failed" or "cancelled");

    /// <summary>All that waits; without what bots said when they have had their turns, which the maker of tasks leaves and says so.</summary>
    private async Task<IReadOnlyList<StoredRemark>> JoiningAsync(Run run, IssueReference pull, CancellationToken cancellationToken)
    {
        var all = await remarks.OfPullAsync(pull, cancellationToken);
        var mayBots = _turns.Taken(all, besides: run.Task.Id) < options.MostRoundsOfBots;
        return [.. all.Where(stored => stored.IsWaiting && (mayBots || !_turns.IsOfBot(stored)))];
    }

    private static RunEndException Over(string reason) => new(new RunEnd.Over(TaskState.Cancelled, reason, null));
}
