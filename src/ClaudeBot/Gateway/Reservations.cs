using ClaudeBot.Agents;
using ClaudeBot.Runs;
using static System.FormattableString;

namespace ClaudeBot.Gateway;

/// <summary>What came of asking for room below the caps: one of the three.</summary>
/// <param name="Granted">The room, to be given back when the call has ended.</param>
/// <param name="Refusal">A cap is reached; with the reason for people.</param>
/// <param name="IsBusy">Calls under way hold what is left: ask again.</param>
internal sealed record Admission(Reservation? Granted, (ModelRefusal Kind, string Reason)? Refusal, bool IsBusy);

/// <summary>What a call under way may cost at worst, in US dollars.</summary>
internal sealed record Reservation(GatewayGrant Grant, decimal Usd);

/// <summary>
/// Holds the caps for a task, for a repository and day, and for a day. A call is let through when what was spent, what
/// calls under way may cost, and what it may cost itself stay below each cap; or below a cap that nothing was spent up to
/// yet when no other call is under way there. So a cap is used to its end, and all calls together pass it by the cost of one
/// at most. What was spent is the ledger's; what is reserved is in memory and ends with the process.
/// </summary>
internal sealed class Reservations(SpendLog spend, DailyCaps caps, GatewayOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _door = new(1, 1);
    private readonly Lock _lock = new();
    private readonly HashSet<Reservation> _held = new(ReferenceEqualityComparer.Instance);
    private TaskCompletionSource _change = NewChange();

    /// <summary>Asks for room for a call; waits while calls under way hold it, up to <see cref="GatewayOptions.LongestWaitForRoom"/>.</summary>
    public async Task<Admission> AskAsync(GatewayGrant grant, decimal usd, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var (admission, change) = await TryAsync(new Reservation(grant, usd), cancellationToken);
            var left = options.LongestWaitForRoom - time.GetElapsedTime(began);
            if (!admission.IsBusy || left <= TimeSpan.Zero)
                return admission;
            try
            {
                await change.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return admission;
            }
        }
    }

    /// <summary>Charges what the call has used, then gives its room back.</summary>
    /// <param name="meter">Null when there was no answer.</param>
    public async Task SettleAsync(Reservation reservation, UsageMeter? meter)
    {
        if (meter is not null)
            await spend.ChargeAsync(reservation.Grant, meter);
        lock (_lock)
        {
            _held.Remove(reservation);
            _change.SetResult();
            _change = NewChange();
        }
    }

    public void Dispose() => _door.Dispose();

    private async Task<(Admission Admission, Task Change)> TryAsync(Reservation asked, CancellationToken cancellationToken)
    {
        await _door.WaitAsync(cancellationToken);
        try
        {
            Reservation[] held;
            Task change;
            lock (_lock)
                (held, change) = ([.. _held], _change.Task);
            // After the look at what is held: a call that settles in between is counted twice, never not at all.
            var limits = await CapsAsync(asked.Grant, held, cancellationToken);
            if (limits.FirstOrDefault(cap => cap.Spent >= cap.Limit) is { } reached)
                return (new Admission(null, (reached.Kind, reached.Reason), IsBusy: false), change);
            if (limits.Any(cap => cap.Held > 0 && cap.Spent + cap.Held + asked.Usd > cap.Limit))
                return (new Admission(null, null, IsBusy: true), change);
            lock (_lock)
                _held.Add(asked);
            return (new Admission(asked, null, IsBusy: false), change);
        }
        finally
        {
            _door.Release();
        }
    }

    private async Task<IReadOnlyList<Cap>> CapsAsync(GatewayGrant grant, Reservation[] held, CancellationToken cancellationToken)
    {
        var day = await caps.SpentTodayAsync(cancellationToken);
        var inRepository = held.Where(other => other.Grant.Repository == grant.Repository).Sum(other => other.Usd);
        List<Cap> found =
        [
            new(ModelRefusal.DayBudget, "the bot", day.All + spend.Unwritten(_ => true), held.Sum(other => other.Usd), caps.PerDay, " today"),
            new(ModelRefusal.DayBudget, $"{grant.Repository}", day.Of(grant.Repository) + spend.Unwritten(other => other.Repository == grant.Repository), inRepository, caps.PerRepository, " today"),
        ];
        if ((grant.BudgetUsd ?? options.BudgetUsdPerTask) is { } budget)
        {
            var spent = await spend.SpentAsync(grant.Task, cancellationToken) + spend.Unwritten(other => other.Task == grant.Task);
            found.Insert(0, new(ModelRefusal.Budget, "the task", spent, held.Where(other => other.Grant.Task == grant.Task).Sum(other => other.Usd), budget, ""));
        }

        return found;
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Cap(ModelRefusal Kind, string Who, decimal Spent, decimal Held, decimal Limit, string When)
    {
        public string Reason => Invariant($"{Who} has spent {Spent:0.00} of its {Limit:0.00} USD{When}.");
    }
}
