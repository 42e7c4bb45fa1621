namespace ClaudeBot.Playground.GitHub.Hooks;

/// <summary>
/// How badly the road between GitHub and the bot behaves; rates from 0 to 1, drawn from a random row with a given seed
/// so that a failing run can be run again.
/// </summary>
public sealed class HookKnobs
{
    private Random random = new(1);

    /// <summary>The share of deliveries that never leave. They stand in no log, as when GitHub itself fails.</summary>
    public double DropRate { get; set; }

    /// <summary>The share of deliveries sent twice with the same id.</summary>
    public double DuplicateRate { get; set; }

    /// <summary>The share of deliveries that let the next one pass.</summary>
    public double ReorderRate { get; set; }

    /// <summary>Starts the random row anew.</summary>
    public int Seed
    {
        set => random = new Random(value);
    }

    internal bool Draw(double rate) => rate > 0 && random.NextDouble() < rate;
}
