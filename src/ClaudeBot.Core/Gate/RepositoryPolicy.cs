namespace ClaudeBot.Gate;

/// <summary>A repository's own <c>.github/claude-bot.yml</c>, read from the default branch only.</summary>
public sealed record RepositoryPolicy
{
    public const string Path = ".github/claude-bot.yml";

    /// <summary>See https://www.conventionalcommits.org.</summary>
    public const string ConventionalCommits = "conventional";

    /// <summary>Commands run before the agent starts, to install what the project needs.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];
    public IReadOnlyList<string> Build { get; init; } = [];
    public IReadOnlyList<string> Test { get; init; } = [];
    public IReadOnlyList<string> Lint { get; init; } = [];
    /// <summary>Appended to what the agent is told.</summary>
    public string? Instructions { get; init; }
    /// <summary>Label → model.</summary>
    public IReadOnlyDictionary<string, string> LabelModels { get; init; } = new Dictionary<string, string>();
    public decimal? BudgetUsd { get; init; }
    /// <summary>Label → budget of a task in US dollars, in the place of <see cref="BudgetUsd"/>.</summary>
    public IReadOnlyDictionary<string, decimal> LabelBudgets { get; init; } = new Dictionary<string, decimal>();
    /// <summary>Files that the bot may not change, beside those that it never may; <c>!PATTERN</c> opens what is closed by default. See <see cref="PathPatterns"/>.</summary>
    public IReadOnlyList<string> ProtectedPaths { get; init; } = [];
    public bool PlanFirst { get; init; }
    public string? BaseBranch { get; init; }
    /// <summary>The form of commit messages: <c>plain</c> or <see cref="ConventionalCommits"/>; null: as the bot is configured.</summary>
    public string? CommitStyle { get; init; }
    /// <summary>Files whose changes are left out of the commit, such as what a build writes.</summary>
    public IReadOnlyList<string> ExcludePaths { get; init; } = [];

    /// <summary>The policy for an issue with these labels: the first of them that has a budget of its own counts.</summary>
    public RepositoryPolicy For(IEnumerable<string> labels) =>
        labels.FirstOrDefault(LabelBudgets.ContainsKey) is { } label ? this with { BudgetUsd = LabelBudgets[label] } : this;

    /// <summary>True when the file named none of build, test and lint, and the commands were guessed from the project's files.</summary>
    public bool ChecksAreGuessed { get; init; }
}

/// <summary>One check that the host ran on the agent's result.</summary>
/// <param name="Name"><c>setup</c>, <c>build</c>, <c>test</c> or <c>lint</c>.</param>
/// <param name="OutputTail">The last lines, redacted.</param>
public sealed record CheckResult(string Name, string Command, bool Passed, int ExitCode, TimeSpan Duration, string OutputTail)
{
    /// <summary>False for a guessed check that turned out not to fit the project or this machine: it says nothing about the change.</summary>
    public bool Ran { get; init; } = true;

    public bool Failed => Ran && !Passed;
}

/// <summary>All checks of one change; with no commands to run it is empty, and says so in the pull request.</summary>
public sealed record CheckReport(IReadOnlyList<CheckResult> Results)
{
    public bool Passed => !Results.Any(r => r.Failed);
}
