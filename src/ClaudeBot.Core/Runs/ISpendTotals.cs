namespace ClaudeBot.Runs;

/// <summary>What all model calls of a day cost. One implementation for each database.</summary>
public interface ISpendTotals
{
    /// <summary>The spend of one day.</summary>
    /// <param name="day">By UTC: a call belongs to the day on which its spend was written.</param>
    Task<DaySpend> OnDayAsync(DateOnly day, CancellationToken cancellationToken);
}

/// <summary>The spend of one day (UTC), in US dollars.</summary>
/// <param name="ByRepository">Repositories for which something was spent.</param>
public sealed record DaySpend(IReadOnlyDictionary<RepositoryName, decimal> ByRepository)
{
    public decimal All => ByRepository.Values.Sum();

    public decimal Of(RepositoryName repository) => ByRepository.GetValueOrDefault(repository);
}
