namespace ClaudeBot.FollowUps;

/// <summary>How the bot stays with its pull requests.</summary>
public sealed record FollowUpOptions
{
    /// <summary>False: what is said about pull requests is not listened to (<c>ENABLE_PR_FEEDBACK</c>).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>So long nothing more must have been said before a task is made: a reviewer writes several comments.</summary>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so long a task is made although more is being said.</summary>
    public TimeSpan LongestGathering { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many tasks may be made for one pull request within an hour; what is said beyond them waits.</summary>
    public int MaxTasksPerHour { get; init; } = 5;

    /// <summary>Numeric ids of the bot accounts that are listened to.</summary>
    public IReadOnlyList<long> AllowedBots { get; init; } = [];

    /// <summary>How many tasks in a row bots alone may give cause for; then a person has to say something first.</summary>
    public int MostRoundsOfBots { get; init; } = 3;

    /// <summary>How often the ledger is asked for remarks that no task sees to.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);
}
