using System.Text.Json.Nodes;

namespace ClaudeBot.Tests;

/// <summary>The Grafana dashboard of this repository.</summary>
internal static class Dashboard
{
    public static JsonNode Read() => JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "deploy", "grafana", "claude-bot.json")))!;

    /// <summary>Every PromQL expression of its panels.</summary>
    public static IReadOnlyList<string> Expressions() =>
        [.. Read()["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>())];
}
