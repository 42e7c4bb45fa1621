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
    // What makes progress comes often, so that sequences get deep.
    private static readonly (int Weight, Act Act)[] Acts =
    [
        (6, Act.Enqueue), (9, Act.Claim), (1, Act.Heartbeat), (3, Act.End), (4, Act.Requeue), (1, Act.Ask), (1, Act.Cancel), (2, Act.Retry),
        (1, Act.SetPriority), (1, Act.Pause), (2, Act.Resume), (2, Act.Wait), (2, Act.Expire), (4, Act.Crash), (1, Act.Reopen),
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
