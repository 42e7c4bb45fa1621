using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Processes;

namespace ClaudeBot.Agents;

/// <summary>Tells from the <c>result</c> line, or from the lack of one, how a run ended.</summary>
internal static class ClaudeCodeEnding
{
    public static (AgentEnding Ending, string Summary) Of(JsonObject? result, AgentEnding? limit, ProcessResult? process)
    {
        if (limit is { } passed)
            return (passed, passed == AgentEnding.TimedOut ? "The agent took longer than it may." : "The agent was silent for longer than it may be.");
        if (result is null)
            return (AgentEnding.Crashed, $"Claude Code ended with exit code {process?.ExitCode} and no result. {process?.Error.Trim()}".Trim());
        var summary = result["result"]?.ToString() ?? ClaudeCodeOutput.Errors(result);
        if (result["subtype"]?.ToString() == "error_max_budget_usd")
            return (AgentEnding.OverBudget, summary);
        if (result["is_error"]?.GetValueKind() != JsonValueKind.True)
            return (AgentEnding.Completed, summary);
        return (IsPassing(result) ? AgentEnding.Crashed : AgentEnding.Failed, summary);
    }

    /// <summary>Whether the CLI found nothing under the id that it was to resume.</summary>
    public static bool SessionIsGone(JsonObject? result) =>
        result?["subtype"]?.ToString() == "error_during_execution"
        && ClaudeCodeOutput.Errors(result).Contains("No conversation found", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the model's service, or the way to it, failed in a manner that passes: 429, 5xx, or no answer at all. Whether
    /// it was the service is for the gateway to say: what a run prints may come from the agent.
    /// </summary>
    private static bool IsPassing(JsonObject result) =>
        result["terminal_reason"]?.ToString() == "api_error"
        && (result["api_error_status"] is not JsonValue status || (status.TryGetValue<int>(out var code) && code is 429 or >= 500));
}
