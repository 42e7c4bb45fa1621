using ClaudeBot.Configuration;

namespace ClaudeBot.Tests.Configuration;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_default_can_be_read_back()
    {
        foreach (var setting in SettingsCatalogue.All.Where(setting => setting.DefaultText.Length > 0))
            Should.NotThrow(() => setting.Parse(setting.DefaultText), setting.Name);
    }

    [Fact]
    public void The_configuration_page_says_what_the_program_says() =>
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "CONFIGURATION.md")).ShouldBe(SettingsDocument.Markdown());

    [Fact]
    public void The_example_of_an_env_file_explains_every_setting_as_the_program_does() =>
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, ".env.example")).ShouldBe(EnvTemplate.Text());

    [Fact]
    public void The_example_with_its_comments_taken_off_is_a_valid_env_file()
    {
        var lines = EnvTemplate.Text().Split('\n').Select(line => line.StartsWith('#') && SettingsCatalogue.Find(line[1..].Split('=')[0]) is not null ? line[1..] : line);
        var (values, faults) = EnvFile.Read(string.Join('\n', lines), ".env");
        faults.ShouldBeEmpty();
        values.Keys.ShouldBe(SettingsCatalogue.All.Select(setting => setting.Name), ignoreOrder: true);
    }

    [Fact]
    public void The_template_with_its_comments_taken_off_is_a_valid_configuration()
    {
        using var room = new ConfigurationRoom();
        var lines = SettingsDocument.Yaml().Split('\n').Where(line => line.StartsWith("# ", StringComparison.Ordinal) && SettingsCatalogue.FindByFileKey(line[2..].Split(':')[0]) is not null);
        room.Environment["BOT_CONFIG_FILE"] = room.Write("bot.yml", string.Join('\n', lines.Select(line => line[2..])));
        var configuration = room.Read();
        configuration.Faults.ShouldBeEmpty();
        configuration.Warnings.ShouldBeEmpty();
    }
}
