using ClaudeBot.Configuration;

namespace ClaudeBot.Tests.Configuration;

public sealed class SecretTests : IDisposable
{
    private readonly ConfigurationRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void The_highest_version_in_the_secrets_folder_wins_by_number()
    {
        _room.Write("anthropic_api_key", "key-number-one");
        _room.Write("anthropic_api_key_v9", "key-number-nine");
        _room.Write("anthropic_api_key_v10", "key-number-ten");
        _room.Write("anthropic_api_keys", "another setting");
        _room.Read().Secret(WorkSettings.ApiKey).Current().ShouldBe("key-number-ten");
    }

    [Fact]
    public void A_rotated_file_takes_effect_without_a_restart()
    {
        _room.Environment["GITHUB_TOKEN_FILE"] = _room.Write("token", "first-token\n");
        var secret = _room.Read().Secret(GitHubSettings.Token);
        secret.Current().ShouldBe("first-token");

        _room.Write("token", "later-token\n");
        _room.Time.Advance(TimeSpan.FromSeconds(2));

        secret.Current().ShouldBe("later-token");
        _room.Mask.Mask("first-token later-token").ShouldBe("*** ***");
    }

    [Fact]
    public void A_new_version_in_the_secrets_folder_takes_effect_without_a_restart()
    {
        _room.Write("github_token", "first-token");
        var secret = _room.Read().Secret(GitHubSettings.Token);
        secret.Current().ShouldBe("first-token");
        _room.Write("github_token_v2", "second-token");
        secret.Current().ShouldBe("second-token");
    }

    [Fact]
    public void A_changed_line_of_the_mounted_env_file_takes_effect_without_a_restart()
    {
        _room.Write("bot.env", "ANTHROPIC_API_KEY=first-key\n");
        var secret = _room.Read().Secret(WorkSettings.ApiKey);
        secret.Current().ShouldBe("first-key");
        _room.Write("bot.env", "ANTHROPIC_API_KEY='later-key' # rotated\n");
        _room.Time.Advance(TimeSpan.FromSeconds(2));
        secret.Current().ShouldBe("later-key");
    }

    [Fact]
    public void While_a_file_is_being_written_the_last_value_stands()
    {
        var path = _room.Write("token", "good-token");
        _room.Environment["GITHUB_TOKEN_FILE"] = path;
        _room.Environment["GITHUB_TOKEN"] = "old-token";
        var secret = _room.Read().Secret(GitHubSettings.Token);
        secret.Current().ShouldBe("good-token");

        _room.Write("token", "");
        _room.Time.Advance(TimeSpan.FromSeconds(2));
        secret.Current().ShouldBe("good-token");

        File.Delete(path);
        _room.Time.Advance(TimeSpan.FromSeconds(2));
        secret.Current().ShouldBe("old-token");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("short-secret", "****")]
    [InlineData("ghp_0123456789abcdefghijklmnopqrstuvwxyzABCD", "ghp_****ABCD")]
    public void A_secret_is_shown_masked(string? secret, string shown) => SecretText.Masked(secret).ShouldBe(shown);

    [Theory]
    [InlineData("A=plain", "plain")]
    [InlineData("export A=plain", "plain")]
    [InlineData("A=with#hash", "with#hash")]
    [InlineData("A=value # comment", "value")]
    [InlineData("A='single # $X \\n'", "single # $X \\n")]
    [InlineData("A=\"two\\nlines\"", "two\nlines")]
    [InlineData("A=", "")]
    [InlineData("# A=no\nA=yes\r\n", "yes")]
    public void The_env_file_is_read_as_Compose_reads_it(string text, string value) =>
        EnvFile.Read(text, "x.env").Values["A"].ShouldBe(value);
}
