namespace ClaudeBot.Playground.Claude;

/// <summary>Faults on demand: those a test or a person asks for, then those the script names.</summary>
public sealed class ClaudeFaults
{
    private readonly Lock _lock = new();
    private readonly List<(Fault Fault, int Left)> _asked = [];
    private readonly Dictionary<string, int> _scripted = [];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Spoils the coming requests to <c>/v1/messages</c>, as often as <see cref="Fault.Times"/> says.</summary>
    public void Add(Fault fault)
    {
        lock (_lock)
            _asked.Add((fault, fault.Times ?? int.MaxValue));
    }

    /// <summary>Takes back every fault that was asked for and lets stalled answers go on.</summary>
    public void Clear()
    {
        lock (_lock)
            _asked.Clear();
        Release();
    }

    /// <summary>Lets every answer that stalls now be finished.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _released.SetResult();
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <param name="scripted">The fault of the turn that is due, if it has one.</param>
    /// <param name="place">Names the conversation and turn: a scripted fault counts its times for each.</param>
    /// <returns>The fault, and what a stall waits for: a release after this moment is never missed.</returns>
    internal (Fault? Fault, Task Released) Take(Fault? scripted, string place)
    {
        lock (_lock)
            return (TakeOne(scripted, place), _released.Task);
    }

    private Fault? TakeOne(Fault? scripted, string place)
    {
        if (_asked.Count > 0)
        {
            var (fault, left) = _asked[0];
            if (left > 1)
                _asked[0] = (fault, left - 1);
            else
                _asked.RemoveAt(0);
            return fault;
        }

        if (scripted is null)
            return null;
        var seen = _scripted[place] = _scripted.GetValueOrDefault(place) + 1;
        return seen <= (scripted.Times ?? int.MaxValue) ? scripted : null;
    }
}
