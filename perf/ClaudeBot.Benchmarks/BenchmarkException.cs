namespace ClaudeBot.Benchmarks;

/// <summary>The run means nothing: something was missing, refused or lost. The message says what.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
