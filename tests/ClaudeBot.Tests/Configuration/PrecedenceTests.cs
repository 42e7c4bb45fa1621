using ClaudeBot.Configuration;

namespace ClaudeBot.Tests.Configuration;

public sealed class PrecedenceTests : IDisposable
{
    private readonly ConfigurationRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void The_first_place_that_has_a_setting_wins()
    {
        _room.Read().Get(BotSettings.BotId).ShouldBe("claude-bot");

        _room.Environment["BOT_CONFIG_FILE"] = _room.Write("bot.yml", "bot_id: from-yaml\n");
        _room.Read().Get(BotSettings.BotId).ShouldBe("from-yaml");

        var envFile = _room.Write("my.env", "BOT_ID=from-env-file\n");
        _room.Read(envFile).Get(BotSettings.BotId).ShouldBe("from-env-file");

        _room.Environment["BOT_ID"] = "from-environment";
        _room.Read(envFile).Get(BotSettings.BotId).ShouldBe("from-environment");

        _room.Environment["BOT_ID_FILE"] = _room.Write("id", "from-named-file\n");
        _room.Read(envFile).Get(BotSettings.BotId).ShouldBe("from-named-file");

        _room.CommandLine["BOT_ID"] = "from-command-line";
        var configuration = _room.Read(envFile);
        configuration.Get(BotSettings.BotId).ShouldBe("from-command-line");
        configuration.Origin(BotSettings.BotId).ShouldBe("command line");
        configuration.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void The_mounted_env_file_beats_the_environment_for_secrets_only()
    {
        _room.Write("bot.env", "GITHUB_TOKEN=token-of-the-file\nBOT_LABEL=label-of-the-file\n");
        _room.Environment["GITHUB_TOKEN"] = "token-frozen-in-the-container";
        _room.Environment["BOT_LABEL"] = "label-of-compose";

        var configuration = _room.Read();

        configuration.Secret(GitHubSettings.Token).Current().ShouldBe("token-of-the-file");
        configuration.Get(GitHubSettings.BotLabel).ShouldBe("label-of-compose");
    }

    [Fact]
    public void A_blank_value_counts_as_none()
    {
        _room.Environment["BOT_LABEL"] = " ";
        _room.Read().Get(GitHubSettings.BotLabel).ShouldBe("claude-bot");
    }

    [Theory]
    [InlineData("data_dir: /somewhere")]
    [InlineData("bot_data_dir: /somewhere")]
    [InlineData("BOT_DATA_DIR: /somewhere")]
    [InlineData("{\"data_dir\": \"/somewhere\"}")]
    public void A_configuration_file_may_spell_a_key_in_each_known_way(string content)
    {
        _room.Environment["BOT_CONFIG_FILE"] = _room.Write("bot.yml", content);
        var configuration = _room.Read();
        configuration.Get(BotSettings.DataDirectory).ShouldBe("/somewhere");
        configuration.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_list_in_the_configuration_file_is_a_list()
    {
        _room.Environment["BOT_CONFIG_FILE"] = _room.Write("bot.yml", "allowed_repositories:\n  - acme/shop\n  - acme/site\n");
        _room.Read().Repositories.Select(repository => repository.ToString()).ShouldBe(["acme/shop", "acme/site"]);
    }

    [Theory]
    [InlineData("15", 15 * 60)]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    [InlineData("0.5", 30)]
    public void A_plain_number_counts_in_the_settings_own_unit(string text, int seconds)
    {
        _room.Environment["ISSUE_CHECK_INTERVAL"] = text;
        _room.Read().Get(GitHubSettings.IssueCheckInterval).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void The_two_original_intervals_have_different_units()
    {
        _room.Environment["ISSUE_CHECK_INTERVAL"] = "20";
        _room.Environment["TASK_TIMEOUT"] = "20";
        var configuration = _room.Read();
        configuration.Get(GitHubSettings.IssueCheckInterval).ShouldBe(TimeSpan.FromMinutes(20));
        configuration.Get(WorkSettings.TaskTimeout).ShouldBe(TimeSpan.FromSeconds(20));
    }
}
