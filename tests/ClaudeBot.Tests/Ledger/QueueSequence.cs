using ClaudeBot.Queue;
using CsCheck;

namespace ClaudeBot.Tests.Ledger;

internal enum Act
{
    Enqueue,
    Claim,
    Heartbeat,
    End,
    Requeue,
    Ask,
    Cancel,
    Retry,
    SetPriority,
    Pause,
    Resume,
    Wait,
    Expire,
    Crash,
    Reopen,
}

/// <summary>One step. The numbers mean what the act makes of them: which task, which lease, which end.</summary>
internal sealed record QueueStep(Act Act, int Which, int How)
{
    public override string ToString() => $"{Act}({Which},{How})";
}

/// <summary>The limits of a queue and what happens to it.</summary>
internal sealed record QueueSequence(QueueOptions Options, QueueStep[] Steps)
{
    // What makes progress comes often, so that sequences get deep; opening the ledger again costs the most, so it comes seldom.
    private static readonly (int Weight, Act Act)[] Acts =
    [
        (30, Act.Enqueue), (45, Act.Claim), (5, Act.Heartbeat), (15, Act.End), (20, Act.Requeue), (5, Act.Ask), (5, Act.Cancel), (10, Act.Retry),
        (5, Act.SetPriority), (3, Act.Pause), (10, Act.Resume), (10, Act.Wait), (10, Act.Expire), (20, Act.Crash), (1, Act.Reopen),
    ];

    private static readonly Gen<QueueStep> Step = Gen.Select(
        Gen.Frequency(Acts), Gen.Int[0, 7], Gen.Int[0, 7], (act, which, how) => new QueueStep(act, which, how));

    public static Gen<QueueSequence> Any { get; } = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[1, 2],
        Gen.Int[1, 3],
        Step.Array[1, 30],
        (tasks, perRepository, attempts, steps) => new QueueSequence(
            new QueueOptions { MaxConcurrentTasks = tasks, MaxConcurrentPerRepository = perRepository, MaxAttempts = attempts }, steps));

    public override string ToString() =>
        $"at once {Options.MaxConcurrentTasks}, per repository {Options.MaxConcurrentPerRepository}, attempts {Options.MaxAttempts}: {string.Join(' ', Steps.AsEnumerable())}";
}
