namespace ClaudeBot.Gate;

/// <summary>The usual commands of a kind of project, told by a file at its root.</summary>
internal sealed record CheckGuess(IReadOnlyList<string> Build, IReadOnlyList<string> Test)
{
    // Asked at run time, since a file's name does not say what is in it: a project without such a target has no such check.
    private const string NodeTest = "if node -e 'process.exit(require(\"./package.json\").scripts?.test ? 0 : 1)'; then npm test; else echo 'package.json has no test script'; fi";
    private const string MakeTest = "if make -n test >/dev/null 2>&1; then make test; else make; fi";

    private static readonly (Func<string, bool> Tells, CheckGuess Guess)[] Kinds =
    [
        (f => f.EndsWith(".slnx", StringComparison.Ordinal) || f.EndsWith(".sln", StringComparison.Ordinal), new(["dotnet build"], ["dotnet test --no-build"])),
        (f => f.EndsWith(".csproj", StringComparison.Ordinal), new(["dotnet build"], ["dotnet test --no-build"])),
        (f => f == "Cargo.toml", new(["cargo build"], ["cargo test"])),
        (f => f == "go.mod", new(["go build ./..."], ["go test ./..."])),
        (f => f == "mvnw", new([], ["./mvnw -B -q verify"])),
        (f => f == "pom.xml", new([], ["mvn -B -q verify"])),
        (f => f == "gradlew", new([], ["./gradlew check"])),
        (f => f == "package.json", new([], [NodeTest])),
        (f => f is "pyproject.toml" or "pytest.ini" or "setup.py" or "tox.ini", new([], ["python3 -m pytest -q"])),
        (f => f == "Makefile", new([], [MakeTest])),
    ];

    /// <summary>The first kind that one of the files tells; null when none does.</summary>
    public static CheckGuess? For(IReadOnlyList<string> rootFiles) =>
        Kinds.FirstOrDefault(kind => rootFiles.Any(kind.Tells)).Guess;
}
