using ClaudeBot.Gate;

namespace ClaudeBot.Tests.Gate;

public sealed class RepositoryPolicyReaderTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("build:\n")]
    public void Nothing_said_gives_the_defaults(string? yaml)
    {
        var policy = RepositoryPolicyReader.Read(yaml);

        policy.Build.ShouldBeEmpty();
        policy.BudgetUsd.ShouldBeNull();
        policy.PlanFirst.ShouldBeFalse();
    }

    [Fact]
    public void What_a_file_does_not_say_is_taken_from_the_defaults_key_by_key()
    {
        var policy = RepositoryPolicyReader.Read("test: npm test\nbudget_usd: 3\n", "test: make test\nlint: make lint\nlabel_models: { small: claude-haiku-9 }\nlabel_budgets: { Small: 0.50 }\n");

        (policy.Test.Single(), policy.Lint.Single(), policy.LabelModels["small"]).ShouldBe(("npm test", "make lint", "claude-haiku-9"));
        policy.For(["claude-bot"]).BudgetUsd.ShouldBe(3m);
        policy.For(["claude-bot", "small"]).BudgetUsd.ShouldBe(0.5m);
        RepositoryPolicyReader.Read(null, "").ShouldBeEquivalentTo(new RepositoryPolicy());
        Should.Throw<FormatException>(() => RepositoryPolicyReader.Read("label_budgets: { small: much }")).Message.ShouldContain("'small' must be a positive number");
    }

    [Fact]
    public void Every_key_is_read()
    {
        var policy = RepositoryPolicyReader.Read(
            """
            setup: npm ci
            build: [npm run build]
            test:
              - npm test
              - npm run e2e
            lint: npm run lint
            instructions: |
              Use tabs.
              Write tests.
            label_models: { hard: claude-big, easy: claude-small }
            budget_usd: 2.50
            protected_paths: ["infra/**", "*.lock"]
            plan_first: true
            base_branch: develop
            exclude_paths: vendor/
            """);

        policy.Setup.ShouldBe(["npm ci"]);
        policy.Build.ShouldBe(["npm run build"]);
        policy.Test.ShouldBe(["npm test", "npm run e2e"]);
        policy.Lint.ShouldBe(["npm run lint"]);
        policy.Instructions.ShouldBe("Use tabs.\nWrite tests.");
        policy.LabelModels["hard"].ShouldBe("claude-big");
        policy.BudgetUsd.ShouldBe(2.5m);
        policy.ProtectedPaths.ShouldBe(["infra/**", "*.lock"]);
        policy.PlanFirst.ShouldBeTrue();
        policy.BaseBranch.ShouldBe("develop");
        policy.ExcludePaths.ShouldBe(["vendor/"]);
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        var fault = Should.Throw<FormatException>(() => RepositoryPolicyReader.Read(
            """
            build: { a: b }
            test: [x, [y]]
            budget_usd: -1
            plan_first: maybe
            label_models: [a]
            tests: npm test
            biuld: make
            """));

        foreach (var key in (string[])["'build'", "'test'", "'budget_usd'", "'plan_first'", "'label_models'", "'tests'", "'biuld'"])
            fault.Message.ShouldContain(key);
        fault.Message.ShouldContain("known: setup, build, test, lint, instructions, label_models, budget_usd, protected_paths, plan_first, base_branch, exclude_paths, label_budgets, commit_style");
        fault.Message.ShouldStartWith(RepositoryPolicy.Path);
    }

    [Theory]
    [InlineData("build: [unclosed")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    [InlineData("build: a\nbuild: b")]
    [InlineData("build: &a [*a]")]
    public void What_is_no_mapping_is_a_fault_and_not_a_crash(string yaml) =>
        Should.Throw<FormatException>(() => RepositoryPolicyReader.Read(yaml)).Message.ShouldStartWith(RepositoryPolicy.Path);

    [Theory]
    [InlineData("Shop.slnx", "dotnet test --no-build")]
    [InlineData("Cargo.toml", "cargo test")]
    [InlineData("pyproject.toml", "python3 -m pytest -q")]
    [InlineData("go.mod", "go test ./...")]
    public void Checks_are_guessed_from_the_projects_files(string file, string test)
    {
        var policy = RepositoryPolicyReader.WithGuessedChecks(new RepositoryPolicy(), ["README.md", file]);

        policy.Test.ShouldBe([test]);
        policy.ChecksAreGuessed.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_guessed_where_the_policy_speaks_or_the_files_say_nothing()
    {
        var told = new RepositoryPolicy { Lint = ["x"] };

        RepositoryPolicyReader.WithGuessedChecks(told, ["Cargo.toml"]).ShouldBe(told);
        RepositoryPolicyReader.WithGuessedChecks(new RepositoryPolicy(), ["README.md"]).ChecksAreGuessed.ShouldBeFalse();
    }
}
