namespace ClaudeBot.Tests;

/// <summary>The repository that the tests were built from, and the npm packages that the test script installs beside it.</summary>
internal static class RepositoryFolder
{
    /// <summary>Where the solution lies, wherever the tests run from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>node_modules</c> of tests/npm.</summary>
    public static string Npm => Environment.GetEnvironmentVariable("TEST_NPM") is { Length: > 0 } named
        ? named
        : Path.Combine(Root, "artifacts", "npm", "node_modules");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ClaudeBot.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The solution is not above the tests.");
        return folder;
    }
}
