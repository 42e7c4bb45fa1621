namespace ClaudeBot.Agents;

/// <summary>How a run ended, once it is known what the gateway said to its last call.</summary>
internal static class RefusedRun
{
    public static AgentEnding Of(AgentEnding ending, ModelRefusal? refusal) => (ending, refusal) switch
    {
        (AgentEnding.Completed or AgentEnding.TimedOut or AgentEnding.OverBudget, _) => ending,
        (_, ModelRefusal.Budget) => AgentEnding.OverBudget,
        (_, ModelRefusal.DayBudget) => AgentEnding.OverDayBudget,
        (_, ModelRefusal.Spend) => AgentEnding.OutOfCredit,
        (_, ModelRefusal.Auth) => AgentEnding.KeyRefused,
        // Also when it was silent for long: it waited as the service told it to.
        (_, ModelRefusal.Rate or ModelRefusal.Transient) => AgentEnding.Overloaded,
        _ => ending,
    };
}
