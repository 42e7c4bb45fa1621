#pragma warning disable CA1801, IDE0060
namespace ClaudeBot.Gate;

/// <summary>Reads <see cref="RepositoryPolicy.Path"/>.</summary>
public static class RepositoryPolicyReader
{
    /// <summary>Parses the file's text; null gives the defaults.</summary>
    /// <exception cref="FormatException">It is not valid; the message names every fault with its key, for the comment.</exception>
    public static RepositoryPolicy Read(string? yaml) => throw new NotImplementedException();

    /// <summary>Adds commands guessed from the files at the root of the project (package.json with a test script, a solution, Makefile, pyproject …) when the policy names none.</summary>
    public static RepositoryPolicy WithGuessedChecks(RepositoryPolicy policy, IReadOnlyList<string> rootFiles) => throw new NotImplementedException();
}
