using System.Collections.Concurrent;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>Figures that the table shows beneath its lines.</summary>
internal static class Measured
{
    private static readonly ConcurrentQueue<string> Figures = new();

    public static IEnumerable<string> All => Figures;

    public static void Add(string figure) => Figures.Enqueue(figure);
}
