using ClaudeBot.FollowUps;
using ClaudeBot.Images;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Runs;

public static class RunsRegistration
{
    /// <summary>
    /// Adds <see cref="TaskRunner"/>. Needs the rooms GitHub, Workspaces, Agents (one <c>ICodingAgent</c>), Gate, Queue,
    /// Ledger, PullRequests and Conversation, their options, <see cref="RunOptions"/> and, unless the defaults are meant, <see cref="FollowUpOptions"/>.
    /// </summary>
    public static IServiceCollection AddRuns(this IServiceCollection services)
    {
        services.TryAddSingleton<DailyCaps>();
        services.TryAddSingleton<FollowUpOptions>();
        services.AddImages();
        return services
            .AddSingleton<RunFactory>()
            .AddSingleton<RunFaults>()
            .AddSingleton<AgentSession>()
            .AddSingleton<IssueOrder>()
            .AddSingleton<Announcement>()
            .AddSingleton<ProgressFollower>()
            .AddSingleton<Resumption>()
            .AddSingleton<PolicyLookup>()
            .AddSingleton<Preparation>()
            .AddSingleton<IssuePictures>()
            .AddSingleton<FirstRound>()
            .AddSingleton<Asking>()
            .AddSingleton<Planning>()
            .AddSingleton<CommitWording>()
            .AddSingleton<AgentCommits>()
            .AddSingleton<ReviewAnswers>()
            .AddSingleton<AgentRounds>()
            .AddSingleton<Release>()
            .AddSingleton<Vouching>()
            .AddSingleton<Handover>()
            .AddSingleton<Publication>()
            .AddSingleton<FollowUpStart>()
            .AddSingleton<CheckTriage>()
            .AddSingleton<CheckLogs>()
            .AddSingleton<FollowUpWork>()
            .AddSingleton<FollowUpAnswers>()
            .AddSingleton<FeedbackFile>()
            .AddSingleton<Closing>()
            .AddSingleton<TaskRunner>();
    }
}
