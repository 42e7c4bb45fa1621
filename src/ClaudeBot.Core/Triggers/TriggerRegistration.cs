using ClaudeBot.FollowUps;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Triggers;

public static class TriggerRegistration
{
    /// <summary>
    /// Adds the processor, the pollers, the sweep of lost deliveries, the replay and the explainer, none of them started; needs <see cref="TriggerOptions"/>,
    /// GitHub, the ledger and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddTriggers(this IServiceCollection services) => services
        .AddSingleton<InboxSignal>()
        .AddSingleton<ServedRepositories>()
        .AddSingleton<MissedEvents>()
        .AddSingleton<RemarkDecider>()
        .AddSingleton<PullRequestPoller>()
        .AddFollowUps()
        .AddSingleton<TriggerProcessor>()
        .AddSingleton<IssuePoller>()
        .AddSingleton<DeliverySweep>()
        .AddSingleton<DeliveryReplay>()
        .AddSingleton<IssueExplainer>();

    /// <summary>Has the host set up the labels, run the processor, the pollers and the sweep, and gather what is said about pull requests into tasks.</summary>
    public static IServiceCollection RunTriggers(this IServiceCollection services) => services
        .AddSingleton<Meter>(provider => ActivatorUtilities.CreateInstance<TriggerMetrics>(provider))
        .AddHostedService<LabelSetup>()
        .AddHostedService(provider => provider.GetRequiredService<TriggerProcessor>())
        .AddHostedService(provider => provider.GetRequiredService<IssuePoller>())
        .AddHostedService(provider => provider.GetRequiredService<PullRequestPoller>())
        .RunFollowUps()
        .AddHostedService(provider => provider.GetRequiredService<DeliverySweep>());
}
