namespace ClaudeBot.Agents;

/// <summary>The agent cannot be started at all. The message says what is missing and how to get it.</summary>
public sealed class AgentUnavailableException(string message) : Exception(message);
