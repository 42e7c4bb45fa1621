using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ClaudeBot.Gate;

/// <summary>Reads <see cref="RepositoryPolicy.Path"/>.</summary>
public static class RepositoryPolicyReader
{
    /// <summary>Parses the file's text; null gives the defaults.</summary>
    /// <exception cref="FormatException">It is not valid; the message names every fault with its key, for the comment.</exception>
    public static RepositoryPolicy Read(string? yaml) => Read(Mapping(yaml ?? ""));

    /// <summary>As the other; a key that the file does not have is taken from the defaults.</summary>
    /// <param name="defaults">A text of the same form, which is valid by itself.</param>
    /// <exception cref="FormatException"/>
    public static RepositoryPolicy Read(string? yaml, string defaults)
    {
        if (Mapping(defaults) is not { } usual)
            return Read(yaml);
        var root = Mapping(yaml ?? "") ?? new YamlMappingNode();
        foreach (var (key, value) in usual.Children.Where(pair => !root.Children.ContainsKey(pair.Key)))
            root.Add(key, value);
        return Read(root);
    }

    private static RepositoryPolicy Read(YamlMappingNode? root)
    {
        if (root is null)
            return new RepositoryPolicy();

        var file = new PolicyFile(root);
        var policy = new RepositoryPolicy
        {
            Setup = file.List("setup"),
            Build = file.List("build"),
            Test = file.List("test"),
            Lint = file.List("lint"),
            Instructions = file.Text("instructions"),
            LabelModels = file.Map("label_models"),
            BudgetUsd = file.Amount("budget_usd"),
            ProtectedPaths = file.Paths("protected_paths"),
            PlanFirst = file.Flag("plan_first"),
            BaseBranch = file.Text("base_branch"),
            ExcludePaths = file.Paths("exclude_paths"),
            LabelBudgets = file.Amounts("label_budgets"),
            CommitStyle = file.Choice("commit_style", "plain", RepositoryPolicy.ConventionalCommits),
        };
        file.RequireFaultless();
        return policy;
    }

    /// <summary>Adds commands guessed from the files at the root of the project (package.json with a test script, a solution, Makefile, pyproject …) when the policy names none.</summary>
    /// <param name="rootFiles">File names at the root of the project, without a folder.</param>
    public static RepositoryPolicy WithGuessedChecks(RepositoryPolicy policy, IReadOnlyList<string> rootFiles) =>
        policy is { Build: [], Test: [], Lint: [] } && CheckGuess.For(rootFiles) is { } guess
            ? policy with { Build = guess.Build, Test = guess.Test, ChecksAreGuessed = true }
            : policy;

    private static YamlMappingNode? Mapping(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new FormatException($"{RepositoryPolicy.Path}: it is not valid YAML, line {e.Start.Line}: {e.Message}", e);
        }

        return stream.Documents.FirstOrDefault()?.RootNode switch
        {
            null or YamlScalarNode { Value: null or "" } => null,
            YamlMappingNode mapping => mapping,
            _ => throw new FormatException($"{RepositoryPolicy.Path}: it must be a mapping of keys to values."),
        };
    }
}
