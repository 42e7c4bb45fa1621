using System.Diagnostics.Metrics;
using ClaudeBot.Processes;

namespace ClaudeBot.Workspaces;

/// <summary>Counts what git did that others can see: every talk with the server, and the commits that came there.</summary>
internal sealed class WorkspaceMetrics : Meter
{
    private readonly Counter<long> _operations;
    private readonly Counter<long> _commits;

    public WorkspaceMetrics()
        : base("ClaudeBot.Workspaces")
    {
        _operations = CreateCounter<long>("claude_bot_git_operations_total");
        _commits = CreateCounter<long>("claude_bot_commits_total");
    }

    /// <param name="verb">The git command: one of a few, all of them written in this room.</param>
    public void Operated(string verb, ProcessResult result) =>
        _operations.Add(1, new("operation", verb), new("status", result.Succeeded ? "success" : "error"));

    /// <summary>A commit of the bot is on the server.</summary>
    public void Pushed(RepositoryName repository) => _commits.Add(1, new KeyValuePair<string, object?>("repository", repository.ToString()));
}
