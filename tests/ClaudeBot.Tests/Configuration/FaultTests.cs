using ClaudeBot.Configuration;

namespace ClaudeBot.Tests.Configuration;

public sealed class FaultTests : IDisposable
{
    private readonly ConfigurationRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void Every_fault_is_told_at_once_with_key_problem_and_remedy()
    {
        _room.Environment["MAX_CONCURRENT_TASKS"] = "many";
        _room.Environment["TASK_TIMEOUT"] = "2";
        _room.Environment["TARGET_REPO"] = "just-a-name";
        _room.Environment["ENABLE_METRICS"] = "perhaps";
        _room.Environment["LOG_LEVEL"] = "LOUD";
        _room.Environment["ANTHROPIC_API_KEY_FILE"] = _room.PathOf("missing");

        var error = Should.Throw<ConfigurationException>(() => _room.Read().Check(ConfigurationNeeds.Bot));

        error.Faults.Select(fault => fault.Key).ShouldBe(
            ["ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_FILE", "ENABLE_METRICS", "GITHUB_TOKEN", "LOG_LEVEL", "MAX_CONCURRENT_TASKS", "TARGET_REPO", "TASK_TIMEOUT"],
            ignoreOrder: true);
        error.Faults.ShouldAllBe(fault => fault.Problem.Length > 5 && fault.Remedy.Length > 5);
        error.Message.ShouldContain("MAX_CONCURRENT_TASKS: 'many' is not a whole number from 1 to 64 (from environment). Write a number from 1 to 64.");
    }

    [Fact]
    public void A_signing_key_that_cannot_sign_is_a_fault_that_does_not_show_it()
    {
        _room.Environment["COMMIT_SIGNING_KEY_FILE"] = _room.Write("key", "hunter2-hunter2");

        var fault = _room.Read().FaultsFor(ConfigurationNeeds.GitHub).Single(fault => fault.Key == "COMMIT_SIGNING_KEY");

        fault.Problem.ShouldBe("it is neither an SSH private key nor an armored OpenPGP private key");
        fault.ToString().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("test: [[]]\n", "test")]
    [InlineData("tset: dotnet test\n", "tset")]
    [InlineData("test: [\n", "YAML")]
    [InlineData(null, "cannot be read")]
    public void Defaults_for_repositories_that_no_run_could_use_are_a_fault_from_the_start(string? content, string problem)
    {
        _room.Environment["REPOSITORY_DEFAULTS"] = content is null ? _room.PathOf("missing.yml") : _room.Write("defaults.yml", content);

        var fault = _room.Read().FaultsFor(ConfigurationNeeds.Bot).Single(fault => fault.Key == "REPOSITORY_DEFAULTS");

        fault.Problem.ShouldContain(problem);
        _room.Read().FaultsFor(ConfigurationNeeds.GitHub).ShouldNotContain(fault => fault.Key == "REPOSITORY_DEFAULTS", "only runs use it");
    }

    [Fact]
    public void Defaults_for_repositories_that_are_valid_are_no_fault()
    {
        _room.Environment["REPOSITORY_DEFAULTS"] = _room.Write("defaults.yml", "test: dotnet test\n");

        _room.Read().FaultsFor(ConfigurationNeeds.Bot).ShouldNotContain(fault => fault.Key == "REPOSITORY_DEFAULTS");
    }

    [Theory]
    [InlineData("BOT_LABLE", "BOT_LABEL")]
    [InlineData("GITHUB_TOKN", "GITHUB_TOKEN")]
    [InlineData("ISSUE_CHECK_INTERVALL", "ISSUE_CHECK_INTERVAL")]
    public void A_misspelt_name_gives_a_warning_with_the_nearest_name(string written, string meant)
    {
        _room.Environment[written] = "x";
        var warning = _room.Read().Warnings.ShouldHaveSingleItem();
        warning.Key.ShouldBe(written);
        warning.Remedy.ShouldBe($"Did you mean {meant}");
    }

    [Fact]
    public void Names_of_other_programs_give_no_warning()
    {
        foreach (var name in new[] { "PATH", "HOME", "LANG", "COMPOSE_PROFILES", "DOTNET_ROOT", "NODE_ENV", "VAULT_TOKEN", "GITHUB_TOKEN_FILE" })
            _room.Environment[name] = _room.Write("any", "x");
        _room.Read().Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_secret_on_the_command_line_is_refused_and_not_repeated()
    {
        _room.CommandLine["GITHUB_TOKEN"] = "ghp_very-secret-token";
        var fault = _room.Read().Faults.ShouldHaveSingleItem();
        fault.Key.ShouldBe("GITHUB_TOKEN");
        fault.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public void Broken_files_are_named_by_line_without_their_content()
    {
        _room.Environment["BOT_CONFIG_FILE"] = _room.Write("bot.yml", "bot_id: x\n  github_token: [very-secret\n");
        var envFile = _room.Write("my.env", "BOT_ID=x\nvery-secret-line\nGITHUB_TOKEN=\"very-secret\n");

        var text = string.Join('\n', _room.Read(envFile).Faults);

        text.ShouldContain("my.env:2:");
        text.ShouldContain("my.env:3:");
        text.ShouldContain("bot.yml:");
        text.ShouldNotContain("very-secret");
    }

    [Fact]
    public void Two_doors_on_one_port_are_a_fault()
    {
        _room.Environment["METRICS_PORT"] = "8080";
        _room.Read().FaultsFor(ConfigurationNeeds.Doors).ShouldHaveSingleItem().Problem.ShouldContain("8080");
    }

    [Fact]
    public void An_open_webhook_door_needs_its_secret()
    {
        _room.Environment["WEBHOOK_PORT"] = "9001";
        _room.Read().FaultsFor(ConfigurationNeeds.Doors).ShouldHaveSingleItem().Key.ShouldBe("GITHUB_WEBHOOK_SECRET");
    }
}
