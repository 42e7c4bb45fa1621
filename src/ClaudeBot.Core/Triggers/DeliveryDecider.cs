using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Turns one delivery into a decision: a task, or a reason why there is none.</summary>
internal sealed class DeliveryDecider(IssueInspector inspector, TriggerOptions options)
{
    /// <exception cref="GitHub.GitHubException">GitHub did not answer now; decide later.</exception>
    public async Task<Decision> DecideAsync(Delivery delivery, CancellationToken cancellationToken) =>
        DeliveryReader.Read(delivery, options.BotLabel) switch
        {
            Request.Nothing nothing => new Decision { Subject = nothing.Subject, Outcome = "ignored", Reason = nothing.Reason, AsksForWork = false },
            Request.AskedBy asked => Decided(asked.Issue, await inspector.InspectAsync(asked.Issue, asked.Actor, tellAll: false, cancellationToken)),
            Request.Seen seen => Decided(seen.Issue, await inspector.InspectAsync(seen.Issue, null, tellAll: false, cancellationToken)),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no known request."),
        };

    private static Decision Decided(IssueReference subject, Inspection inspection)
    {
        if (inspection is not { Obstacle: null, Issue: { } issue, Actor: { } actor })
        {
            var obstacle = inspection.Obstacle!;
            return new Decision { Subject = subject, Outcome = obstacle.IsRefusal ? "refused" : "ignored", Reason = obstacle.Sentence };
        }

        return new Decision
        {
            Subject = subject,
            Outcome = "task",
            Reason = $"@{actor.Login}, who may write in {subject.Repository}, asked for {subject}.",
            Task = new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = subject.Repository,
                IssueNumber = subject.Number,
                Title = issue.Title,
                Description = issue.Body,
                Priority = IssueRules.PriorityOf(issue),
                RequestedBy = actor.Login,
                RequestedById = actor.Id,
                ObservedAt = inspection.ObservedAt,
            },
        };
    }
}
