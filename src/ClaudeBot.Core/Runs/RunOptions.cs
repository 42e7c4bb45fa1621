namespace ClaudeBot.Runs;

/// <summary>How a run behaves where GitHub, the model or the repository's checks do not do as hoped.</summary>
public sealed record RunOptions
{
    /// <summary>Numeric ids of bot accounts that may ask for work without a permission of their own.</summary>
    public IReadOnlyList<long> AllowedBots { get; init; } = [];

    /// <summary>A file of the form of a repository's <c>.github/claude-bot.yml</c>, for what a repository does not say itself; null: none. Read at each run.</summary>
    public string? RepositoryDefaults { get; init; }

    /// <summary>The form of commit messages where the repository names none: <c>plain</c> or <c>conventional</c>.</summary>
    public string CommitStyle { get; init; } = "plain";

    /// <summary>The repository that is meant where none is named; null when none is served.</summary>
    public RepositoryName? MainRepository { get; init; }

    /// <summary>How many more rounds the agent gets, in the same session, when a check fails.</summary>
    public int RepairRounds { get; init; } = 1;

    /// <summary>How often people are asked something in the life of a task.</summary>
    public int MostQuestions { get; init; } = 5;

    /// <summary>How many rounds failing checks on GitHub get on the bot's own commits, in a row, before it gives up.</summary>
    public int CheckRounds { get; init; } = 3;

    /// <summary>The pauses before a call to GitHub is tried again within the run, one for each further try.</summary>
    public IReadOnlyList<TimeSpan> TransientDelays { get; init; } = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(30)];

    /// <summary>A rate limit that ends within this time is waited for in the run; a longer one sends the task back to the queue.</summary>
    public TimeSpan LongestLimitWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Not before this long is a task tried again after GitHub stayed away.</summary>
    public TimeSpan TransientRequeueDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The same after the model's service was overloaded.</summary>
    public TimeSpan OverloadDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The same while GitHub refuses the token or the model's service the key, or the agent is not installed: only an operator can mend that.</summary>
    public TimeSpan CredentialDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When an issue that waits for others is looked at again.</summary>
    public TimeSpan OrderDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The same after a fault of our own.</summary>
    public TimeSpan FaultDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often GitHub is asked again when the pull request does not show the pushed commit yet.</summary>
    public IReadOnlyList<TimeSpan> ReadBackDelays { get; init; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8)];

    /// <summary>How long the last labels and the last comment may take.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a run that is told to stop may take to set its task aside.</summary>
    public TimeSpan ParkTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
