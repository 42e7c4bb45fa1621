using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What a command of the runbook has to bring about.</summary>
/// <param name="Text">The command, as it stands on the page.</param>
/// <param name="Check">Told what came of it; throws when that is not right.</param>
internal sealed record Expectation(string Text, Func<ShellResult, CancellationToken, Task> Check)
{
    /// <summary>The heading that it holds for; null: for every one that has no expectation of its own.</summary>
    public string? Section { get; init; }

    /// <summary>What has to have happened first, as a rule what the operator of the page's story meets with.</summary>
    public Func<CancellationToken, Task>? Before { get; init; }

    /// <summary>Gives what is typed in its place, where the page says to put something of one's own.</summary>
    public Func<string>? Typed { get; init; }

    /// <summary>When it goes on until it is interrupted: after how long that is done.</summary>
    public TimeSpan? Patience { get; init; }

    public static Expectation Of(string text, Action<ShellResult> check) => new(text, (result, _) =>
    {
        check(result);
        return Task.CompletedTask;
    });

    /// <summary>It succeeds, and its output holds each of these.</summary>
    public static Expectation Says(string text, params string[] words) => Of(text, result =>
    {
        result.ExitCode.ShouldBe(0, result.Output);
        foreach (var word in words)
            result.Output.ShouldContain(word);
    });
}
