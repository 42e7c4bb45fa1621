using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;

namespace ClaudeBot.Tests.Ledger;

/// <summary>
/// The queue against a model in memory: random sequences of what workers, operators, crashes and time do to it. After each
/// step every task must be as the model has it, and the queue's invariants must hold. A failure is shrunk and names its seed.
/// </summary>
public abstract class QueueModelConformance
{
    private const int SequencesInOneLedger = 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty ledger.</summary>
    protected abstract Task<LedgerUnderTest> CreateAsync();

    /// <summary>Closes it and opens it again, as a restart of the bot does.</summary>
    protected abstract Task<LedgerUnderTest> ReopenAsync(LedgerUnderTest ledger);

    [Fact]
    public async Task Some_hundred_sequences_agree_with_the_model() => (await PlayAsync(120)).ShouldContain("stale lease refused");

    /// <summary>Ten thousand; more by <c>QUEUE_MODEL_SEQUENCES</c>, for a night.</summary>
    [Fact]
    [Trait("Length", "Long")]
    public async Task Ten_thousand_sequences_agree_with_the_model_and_reach_every_corner()
    {
        var asked = int.TryParse(Environment.GetEnvironmentVariable("QUEUE_MODEL_SEQUENCES"), CultureInfo.InvariantCulture, out var number) ? number : 10_000;

        // A run that never came to these would prove little.
        (await PlayAsync(asked)).ShouldBe(QueuePlay.Corners, ignoreOrder: true);
    }

    private async Task<IEnumerable<string>> PlayAsync(int sequences)
    {
        var seen = new ConcurrentDictionary<string, int>();
        var ledger = await CreateAsync();
        var run = 0;
        try
        {
            await QueueSequence.Any.SampleAsync(
                async sequence =>
                {
                    if (++run % SequencesInOneLedger == 0)
                    {
                        await ledger.DisposeAsync();
                        ledger = await CreateAsync();
                    }

                    var play = new QueuePlay(ledger, ReopenAsync, sequence.Options, run, seen);
                    try
                    {
                        await play.RunAsync(sequence.Steps, Cancellation);
                    }
                    finally
                    {
                        ledger = await play.EndAsync();
                    }
                },
                iter: sequences,
                threads: 1);
        }
        finally
        {
            await ledger.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{run} sequences: {string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        return seen.Keys;
    }
}
