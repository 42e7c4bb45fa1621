using ClaudeBot.Gate;

namespace ClaudeBot.Tests.Gate;

public sealed class ProtectedPathsTests
{
    [Theory]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData(".GitHub/Workflows/ci.yml")]
    [InlineData(".github/claude-bot.yml")]
    [InlineData(".github/dependabot.yml")]
    [InlineData("CODEOWNERS")]
    [InlineData("docs/codeowners")]
    [InlineData(".claude/settings.json")]
    [InlineData("packages/a/.claude/settings.json")]
    [InlineData(".vscode/tasks.json")]
    [InlineData(".devcontainer/devcontainer.json")]
    [InlineData(".mcp.json")]
    [InlineData("CLAUDE.md")]
    [InlineData("sub/AGENTS.md")]
    [InlineData(".gitmodules")]
    public void Files_of_power_are_closed_by_default(string path) =>
        In(new RepositoryPolicy(), path, "src/a.cs").ShouldBe([path]);

    [Theory]
    [InlineData("src/github/workflows.cs")]
    [InlineData("README.md")]
    [InlineData(".gitignore")]
    [InlineData("docs/CLAUDE.md.txt")]
    [InlineData(".changeset/blue-cats.md")]
    public void Ordinary_files_are_open(string path) => In(new RepositoryPolicy(), path).ShouldBeEmpty();

    [Theory]
    [InlineData("infra", "infra/main.tf")]
    [InlineData("infra/", "a/infra/main.tf")]
    [InlineData("/infra", "infra/x/y.tf")]
    [InlineData("*.lock", "deep/in/cargo.lock")]
    [InlineData("src/**/secret*.cs", "src/a/b/SecretStore.cs")]
    [InlineData("db/migrations/**", "db/migrations/001.sql")]
    public void A_policy_closes_more(string pattern, string path)
    {
        In(new RepositoryPolicy { ProtectedPaths = [pattern] }, path, "other/file.txt").ShouldBe([path]);
        In(new RepositoryPolicy { ExcludePaths = [pattern] }, path, "other/file.txt").ShouldBe([path]);
    }

    [Fact]
    public void A_policy_opens_what_is_closed_by_default_but_never_workflows_or_itself()
    {
        var policy = new RepositoryPolicy { ProtectedPaths = ["!.github", "!CLAUDE.md"] };

        In(policy, ".github/ISSUE_TEMPLATE/bug.md", "CLAUDE.md", ".github/workflows/ci.yml", ".github/claude-bot.yml", "AGENTS.md")
            .ShouldBe([".github/claude-bot.yml", ".github/workflows/ci.yml", "AGENTS.md"]);
    }

    [Theory]
    [InlineData("src/[ab].cs")]
    [InlineData("src\\a.cs")]
    [InlineData("../other")]
    [InlineData("a?.cs")]
    [InlineData("{a,b}")]
    [InlineData("/")]
    public void A_pattern_that_would_protect_nothing_is_a_fault_of_the_policy(string pattern)
    {
        var yaml = $"protected_paths: ['{pattern}']\nexclude_paths: ['{pattern}']\n";

        var fault = Should.Throw<FormatException>(() => RepositoryPolicyReader.Read(yaml));

        fault.Message.ShouldContain("'protected_paths'");
        fault.Message.ShouldContain("'exclude_paths'");
    }

    private static IReadOnlyList<string> In(RepositoryPolicy policy, params string[] paths) => new ProtectedPaths(policy).In(paths);
}
