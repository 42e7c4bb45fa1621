using ClaudeBot.Commands;

namespace ClaudeBot.Tests.Commands;

public sealed class ConfigCommandsTests : IDisposable
{
    private const string GitHubToken = "ghp_0123456789abcdefghijklmnopqrstuvwxyzABCD";
    private readonly CommandRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Check_names_every_fault_and_ends_with_78()
    {
        _room.Environment["MAX_CONCURRENT_TASKS"] = "many";
        _room.Environment["BOT_ID"] = "../up";
        var check = await _room.RunAsync("config", "check", "--json");
        check.Code.ShouldBe(ExitCode.Configuration);
        check.Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        check.Json.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("key").GetString())
            .ShouldBe(["ANTHROPIC_API_KEY", "BOT_ID", "GITHUB_TOKEN", "MAX_CONCURRENT_TASKS"], ignoreOrder: true);
        (await _room.RunAsync("config", "check")).Out.ShouldContain("ERROR configuration: MAX_CONCURRENT_TASKS: 'many'");
    }

    [Fact]
    public async Task Check_accepts_what_suffices_and_masks_the_secrets()
    {
        _room.Environment["GITHUB_TOKEN"] = GitHubToken;
        _room.Environment["ANTHROPIC_API_KEY"] = "short-key";
        _room.Environment["WEBHOOK_PORT"] = "off";
        var check = await _room.RunAsync("config", "check");
        check.Code.ShouldBe(ExitCode.Ok, check.All);
        check.Out.ShouldContain("github_token: ghp_****ABCD");
        check.Out.ShouldContain("anthropic_api_key: ****");
        check.All.ShouldNotContain(GitHubToken);
        check.All.ShouldNotContain("short-key");
    }

    [Fact]
    public async Task Check_reads_the_operators_defaults_for_repositories()
    {
        _room.Environment["GITHUB_TOKEN"] = GitHubToken;
        _room.Environment["ANTHROPIC_API_KEY"] = "short-key";
        _room.Environment["WEBHOOK_PORT"] = "off";
        _room.Environment["REPOSITORY_DEFAULTS"] = _room.PathOf("defaults.yml");
        await File.WriteAllTextAsync(_room.PathOf("defaults.yml"), "budget_usd: much\n", TestContext.Current.CancellationToken);

        var check = await _room.RunAsync("config", "check");

        check.Code.ShouldBe(ExitCode.Configuration, check.All);
        check.Out.ShouldContain("ERROR configuration: REPOSITORY_DEFAULTS: ");
        check.Out.ShouldContain("budget_usd");
    }

    [Fact]
    public async Task Check_writes_a_template_that_it_then_accepts()
    {
        var file = _room.PathOf("bot-config.yml");
        (await _room.RunAsync("config", "check", "--save-template", file)).Out.ShouldContain($"Configuration template saved to {file}");
        _room.Environment["BOT_CONFIG_FILE"] = file;
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        _room.Environment["ANTHROPIC_API_KEY"] = "a-key-of-tests";

        var check = await _room.RunAsync("config", "check", "--json");

        check.Code.ShouldBe(ExitCode.Ok, check.All);
        check.Json.GetProperty("warnings").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Show_tells_value_and_origin_with_secrets_masked()
    {
        _room.Environment["GITHUB_TOKEN"] = GitHubToken;
        var show = await _room.RunAsync("config", "show", "--json", "--set", "BOT_LABEL=robot");
        var rows = show.Json.EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!);
        rows["BOT_LABEL"].GetProperty("value").GetString().ShouldBe("robot");
        rows["BOT_LABEL"].GetProperty("origin").GetString().ShouldBe("command line");
        rows["GITHUB_TOKEN"].GetProperty("value").GetString().ShouldBe("ghp_****ABCD");
        rows["GITHUB_TOKEN"].GetProperty("origin").GetString().ShouldBe("environment");
        show.All.ShouldNotContain(GitHubToken);
    }

    [Fact]
    public async Task A_verb_that_needs_a_valid_configuration_is_refused_with_78()
    {
        _room.Environment["TASK_TIMEOUT"] = "soon";
        var list = await _room.RunAsync("queue", "list");
        list.Code.ShouldBe(ExitCode.Configuration);
        list.Error.ShouldContain("ERROR configuration: TASK_TIMEOUT");
    }
}
