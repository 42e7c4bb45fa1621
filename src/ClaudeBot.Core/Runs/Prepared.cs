using ClaudeBot.Gate;
using ClaudeBot.Images;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>A workspace in which the agent can start.</summary>
/// <param name="Policy">The repository's rules, from its default branch, with guessed checks where it names none.</param>
/// <param name="Instructions">What the repository says to agents, by file, from the base commit.</param>
/// <param name="SetUp">The setup commands that were run.</param>
/// <param name="ByHost">What setup and checks did to the files, oldest first.</param>
/// <param name="Session">The agent's session of a run that was cut off, to go on with; null: the agent starts anew.</param>
public sealed record Prepared(
    Workspace Workspace,
    RepositoryPolicy Policy,
    IReadOnlyList<InstructionFile> Instructions,
    IReadOnlyList<CheckResult> SetUp,
    IReadOnlyList<TreeDrift> ByHost,
    string? Session)
{
    /// <summary>The images of the issue that the agent can look at.</summary>
    public ShownImages Images { get; init; } = ShownImages.None;
}

/// <summary>A file in which a repository tells agents how it wants to be worked on.</summary>
public sealed record InstructionFile(string Path, string Text);
