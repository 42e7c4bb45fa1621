using ClaudeBot.Agents;

namespace ClaudeBot.Runs;

/// <summary>The agent's first round: in the session of a run that was cut off where there is one, else from the start.</summary>
public sealed class FirstRound(AgentSession session, Preparation preparation, IssuePictures pictures)
{
    /// <returns>The workspace that was worked in, which is a new one when the session was gone; and null when no budget was left.</returns>
    /// <exception cref="RunEndException"/>
    public async Task<(Prepared Prepared, AgentResult? Result)> RunAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        prepared = await pictures.BesideAsync(run, prepared, cancellationToken);
        if (prepared.Session is not null)
        {
            var resumed = await session.RunAsync(run, prepared, AgentBriefing.GoOn(run, Prompt(run, prepared)), null, 0, cancellationToken);
            if (resumed is not { SessionIsGone: true })
                return (prepared, resumed);
            prepared = await pictures.BesideAsync(run, await preparation.AfreshAsync(run, cancellationToken), cancellationToken);
        }

        // A follow-up goes on in the conversation in which the pull request came to be.
        if (run.FollowUp is { Session: { } earlier })
        {
            var followed = await session.RunAsync(run, prepared with { Session = earlier }, Prompt(run, prepared), null, 0, cancellationToken);
            if (followed is not { SessionIsGone: true })
                return (prepared, followed);
        }

        return (prepared, await session.RunAsync(run, prepared, Prompt(run, prepared), null, 0, cancellationToken));
    }

    /// <summary>What the agent is asked, for a session that knows nothing of it.</summary>
    public static string Prompt(Run run, Prepared prepared) => run.FollowUp is { } followUp
        ? FollowUpBriefing.Prompt(run.Task.Id, followUp, prepared.Workspace, run.Said)
        : AgentBriefing.Prompt(run);
}
