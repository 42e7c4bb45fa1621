namespace ClaudeBot.Gate;

/// <summary>Tells a guessed check that failed from one that could not run at all.</summary>
internal static class GuessedCheck
{
    // A shell's words for "cannot be executed" and "not found": POSIX, "Exit Status for Commands".
    private const int CannotExecute = 126;
    private const int NotFound = 127;

    // https://docs.pytest.org/en/stable/reference/exit-codes.html
    private const int NoTestsCollected = 5;

    public static CheckReport Judge(CheckReport report) =>
        new([.. report.Results.Select(result => result with { Ran = result.Passed || !CouldNotRun(result) })]);

    private static bool CouldNotRun(CheckResult result) =>
        result.ExitCode is CannotExecute or NotFound
        || (result.Command.Contains("pytest", StringComparison.Ordinal)
            && (result.ExitCode == NoTestsCollected || result.OutputTail.EndsWith("No module named pytest", StringComparison.Ordinal)));
}
