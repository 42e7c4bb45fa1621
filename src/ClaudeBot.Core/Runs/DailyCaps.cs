using ClaudeBot.Agents;
using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;
using static System.FormattableString;

namespace ClaudeBot.Runs;

/// <summary>
/// The caps on what a repository, and all of them, may spend in a day. Days are UTC days. What counts is the ledger: a
/// restart, or another worker on it, starts with what was spent.
/// </summary>
public sealed partial class DailyCaps(ISpendTotals totals, AgentOptions options, TimeProvider time, ILogger<DailyCaps> logger)
{
    private bool _holds;

    /// <summary>US dollars for one repository and day.</summary>
    public decimal PerRepository => options.BudgetUsdPerRepositoryPerDay;

    /// <summary>US dollars for all repositories and day.</summary>
    public decimal PerDay => options.BudgetUsdPerDay;

    /// <summary>When the next day begins, and the caps are free again.</summary>
    public DateTimeOffset DayEnds => new(Today.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>What was spent today so far.</summary>
    public Task<DaySpend> SpentTodayAsync(CancellationToken cancellationToken) => totals.OnDayAsync(Today, cancellationToken);

    /// <summary>Why the repository may spend nothing more today, in one sentence for people; null when it may.</summary>
    public async Task<string?> ObjectionAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var spent = await SpentTodayAsync(cancellationToken);
        return ForAll(spent) ?? For(repository, spent);
    }

    /// <summary>Every cap that is reached, each in one sentence for people.</summary>
    public IReadOnlyList<string> Reached(DaySpend spent) =>
        [.. new[] { ForAll(spent) }.Concat(spent.ByRepository.Keys.OrderBy(name => name.ToString(), StringComparer.Ordinal).Select(name => For(name, spent))).OfType<string>()];

    /// <summary>A <see cref="ClaimGuard"/>: while the cap for all is reached, no task starts only to be sent back.</summary>
    public async Task<TaskLease?> GuardAsync(Func<CancellationToken, Task<TaskLease?>> claim, CancellationToken cancellationToken)
    {
        var objection = ForAll(await SpentTodayAsync(cancellationToken));
        if (objection is not null && !_holds)
            Log.Reached(logger, objection);
        _holds = objection is not null;
        return _holds ? null : await claim(cancellationToken);
    }

    private string? ForAll(DaySpend spent) => spent.All >= PerDay
        ? Invariant($"The bot has spent {spent.All:0.00} of the {PerDay:0.00} USD that BUDGET_USD_PER_DAY allows for a day; work goes on at {DayEnds:u}.")
        : null;

    private string? For(RepositoryName repository, DaySpend spent) => spent.Of(repository) >= PerRepository
        ? Invariant($"{repository} has spent {spent.Of(repository):0.00} of the {PerRepository:0.00} USD that BUDGET_USD_PER_REPO_PER_DAY allows for a day; work there goes on at {DayEnds:u}.")
        : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "spend: {Objection} No new task starts before that")]
        public static partial void Reached(ILogger logger, string objection);
    }
}
