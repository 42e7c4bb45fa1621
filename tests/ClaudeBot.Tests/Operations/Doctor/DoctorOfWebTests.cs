using ClaudeBot.Commands;
using ClaudeBot.Tests.Commands;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.StatusWeb;

namespace ClaudeBot.Tests.Operations.Doctor;

/// <summary>The doctor where a status web stands alone, in surroundings as its container and its unit give it.</summary>
public sealed class DoctorOfWebTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public DoctorOfWebTests()
    {
        _room.Environment.Remove("BOT_DATA_DIR");
        _room.Environment.Remove("TARGET_REPO");
        _room.Environment["STATUS_DATA_DIR"] = Directory.CreateDirectory(_room.PathOf("web")).FullName;
        _room.Environment["STATUS_PORT"] = "0";
        _room.Environment["STATUS_TOKEN"] = "status-token-of-tests";
        // Compose passes every name on, the unset ones as empty.
        _room.Environment["GITHUB_SERVER_URL"] = "";
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Nothing_that_only_a_bot_needs_is_missed_or_looked_at()
    {
        var found = await Consultation.HoldAsync(_room);

        found.Lines.Select(line => line.Check).Distinct().ShouldBe(["configuration", "report folder", "ports", "status token", "reports"]);
        found.Of("reports").What.ShouldBe("no bot has reported yet");
        found.Bad.ShouldHaveSingleItem();
        found.Code.ShouldBe(ExitCode.Ok);
        (await _room.RunAsync("config", "check")).Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task What_a_bot_needs_is_missed_where_anything_of_a_bot_is_set_or_it_is_asked_for()
    {
        (await Consultation.HoldAsync(_room, "--role", "bot")).Lines.ShouldContain(line => line.What.StartsWith("GITHUB_TOKEN: it is not set"));
        _room.Environment["BOT_DATA_DIR"] = _room.Data;
        (await Consultation.HoldAsync(_room)).Code.ShouldBe(ExitCode.Configuration);
        (await Consultation.HoldAsync(_room, "--role", "web")).Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task The_check_of_the_settings_takes_the_webs_for_a_bots_unless_it_is_told()
    {
        // As its unit has it: the file of settings is the bot's, too.
        _room.Environment["TARGET_REPO"] = "acme/shop";

        (await _room.RunAsync("config", "check")).Code.ShouldBe(ExitCode.Configuration);
        (await _room.RunAsync("config", "check", "--role", "web")).Code.ShouldBe(ExitCode.Ok);
        _room.Environment.Remove("TARGET_REPO");
        (await _room.RunAsync("config", "check", "--role", "bot")).Code.ShouldBe(ExitCode.Configuration);
    }

    [Fact]
    public async Task What_the_web_cannot_do_without_is_a_fault()
    {
        _room.Environment.Remove("STATUS_TOKEN");
        _room.Environment["STATUS_PORT"] = "off";
        Directory.Delete(_room.Environment["STATUS_DATA_DIR"]);

        var found = await Consultation.HoldAsync(_room);

        found.Code.ShouldBe(ExitCode.Configuration);
        found.Of("status token").What.ShouldContain("no bot's report is taken");
        found.Of("ports").What.ShouldContain("STATUS_PORT is off");
        found.Of("report folder").Fixable.ShouldBeTrue();
        await Consultation.HoldAsync(_room, "--fix");
        Directory.Exists(_room.Environment["STATUS_DATA_DIR"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_web_that_answers_is_told_from_another_program_and_bots_that_fell_silent_are_named()
    {
        await using var web = await StatusWebLab.StartAsync();
        using var answer = await web.ReportAsync("builder", """{"status":"idle","health":"healthy"}""");
        _room.Environment["STATUS_DATA_DIR"] = web.Folder;
        _room.Environment["STATUS_PORT"] = $"{web.Address.Port}";
        await using var other = await ScriptedGitHub.StartAsync();

        var found = await Consultation.HoldAsync(_room);

        found.Lines.ShouldContain(line => line.Check == "ports" && line.Level == "ok" && line.What.Contains("a status web answers"));
        // The lab's time is long past.
        found.Of("reports").What.ShouldStartWith("builder has not reported since 2026-03-04");

        _room.Environment["STATUS_PORT"] = $"{other.Address.Port}";
        (await Consultation.HoldAsync(_room)).Of("ports").What.ShouldContain("another program listens");
    }
}
