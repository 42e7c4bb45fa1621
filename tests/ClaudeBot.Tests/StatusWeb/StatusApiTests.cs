using System.Net;
using System.Text.Json.Nodes;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class StatusApiTests
{
    private const string Healthy = """{"status":"running","health":"healthy","queued_tasks":3,"processed_tasks":7,"uptime":"1h 2m"}""";

    [Fact]
    public async Task A_report_is_stored_and_given_back_with_its_fields()
    {
        await using var lab = await StatusWebLab.StartAsync();

        using var answer = await lab.ReportAsync("claude-bot", Healthy);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        said["success"]!.GetValue<bool>().ShouldBeTrue();
        said["message"]!.GetValue<string>().ShouldBe("Status updated for claude-bot");
        var stored = JsonNode.Parse(await lab.ReadAsync("/api/status/claude-bot"))!;
        stored["bot_id"]!.GetValue<string>().ShouldBe("claude-bot");
        stored["queued_tasks"]!.GetValue<int>().ShouldBe(3);
        stored["timestamp"]!.GetValue<string>().ShouldBe("2026-03-04T12:00:00Z");
        var bots = JsonNode.Parse(await lab.ReadAsync("/api/bots"))!;
        bots.ToJsonString().ShouldBe("""{"bot_ids":["claude-bot"],"count":1}""");
    }

    [Fact]
    public async Task All_reports_together_are_bounded_and_a_smaller_one_of_a_known_bot_makes_room()
    {
        await using var lab = await StatusWebLab.StartAsync();
        var large = $$"""{"status":"running","text":"{{new string('x', 1_040_000)}}"}""";
        foreach (var bot in Enumerable.Range(0, 32))
            await File.WriteAllTextAsync(Path.Combine(lab.Folder, $"bot-{bot}.json"), large, TestContext.Current.CancellationToken);
        await lab.RestartAsync();

        using (var refused = await lab.ReportAsync("one-more", large))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);
            (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("33554432 bytes");
        }

        File.Exists(Path.Combine(lab.Folder, "one-more.json")).ShouldBeFalse();
        using var smaller = await lab.ReportAsync("bot-0", Healthy);
        smaller.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var taken = await lab.ReportAsync("one-more", large);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/dev/full", HttpStatusCode.InsufficientStorage, "The disk of STATUS_DATA_DIR is full, and it was not taken. Make room there")]
    [InlineData("/proc/version", HttpStatusCode.ServiceUnavailable, "The report cannot be stored in STATUS_DATA_DIR, and it was not taken: ")]
    public async Task A_report_that_cannot_be_stored_is_refused_in_a_sentence_and_not_taken(string device, HttpStatusCode expected, string reason)
    {
        await using var lab = await StatusWebLab.StartAsync();
        File.CreateSymbolicLink(Path.Combine(lab.Folder, "claude-bot.json.tmp"), device);

        using var answer = await lab.ReportAsync("claude-bot", Healthy);

        answer.StatusCode.ShouldBe(expected);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!.GetValue<string>().ShouldStartWith(reason);
        JsonNode.Parse(await lab.ReadAsync("/api/bots"))!["count"]!.GetValue<int>().ShouldBe(0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(StatusWebLab.Token + "x")]
    public async Task A_report_without_the_token_is_401_and_changes_nothing(string? token)
    {
        await using var lab = await StatusWebLab.StartAsync();

        using var answer = await lab.ReportAsync("claude-bot", Healthy, token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await lab.ReadAsync("/api/bots")).ShouldBe("""{"bot_ids":[],"count":0}""");
        Directory.GetFiles(lab.Folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("claude-bot", "", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", "{}", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", "[1]", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", "{no json", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", """{"status":"idle","status":"running"}""", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", """{"status":"\ud800"}""", HttpStatusCode.BadRequest)]
    [InlineData("claude-bot", """{"recent_activity":[{"\udc00":"x"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("..%2Fescape", Healthy, HttpStatusCode.BadRequest)]
    public async Task A_report_that_is_none_is_refused(string bot, string body, HttpStatusCode expected)
    {
        await using var lab = await StatusWebLab.StartAsync();

        using var answer = await lab.ReportAsync(bot, body);

        answer.StatusCode.ShouldBe(expected);
        Directory.GetFiles(lab.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Health_follows_the_freshest_bot_and_a_silent_bot_is_offline()
    {
        await using var lab = await StatusWebLab.StartAsync();
        (await StatusAsync(lab, "/api/health")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(lab, "/health")).ShouldBe(HttpStatusCode.OK);

        (await lab.ReportAsync("claude-bot", Healthy)).Dispose();
        lab.Time.Advance(TimeSpan.FromMinutes(12.5));
        (await StatusAsync(lab, "/api/health")).ShouldBe(HttpStatusCode.OK);

        lab.Time.Advance(TimeSpan.FromSeconds(1));
        (await StatusAsync(lab, "/api/health")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        JsonNode.Parse(await lab.ReadAsync("/api/status/claude-bot"))!["status"]!.GetValue<string>().ShouldBe("offline");

        (await lab.ReportAsync("claude-bot", """{"status":"error","health":"unhealthy"}""")).Dispose();
        (await StatusAsync(lab, "/api/health")).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Reports_survive_a_restart_and_a_broken_file_beside_them()
    {
        await using var lab = await StatusWebLab.StartAsync();
        (await lab.ReportAsync("claude-bot", Healthy)).Dispose();
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "broken.json"), "{", TestContext.Current.CancellationToken);

        await lab.RestartAsync();

        (await lab.ReadAsync("/api/bots")).ShouldBe("""{"bot_ids":["claude-bot"],"count":1}""");
    }

    [Fact]
    public async Task Statuses_are_sorted_by_what_works_first()
    {
        await using var lab = await StatusWebLab.StartAsync();
        (await lab.ReportAsync("a-odd", """{"status":"odd"}""")).Dispose();
        (await lab.ReportAsync("b-idle", """{"status":"idle"}""")).Dispose();
        (await lab.ReportAsync("c-running", """{"status":"running"}""")).Dispose();

        var all = JsonNode.Parse(await lab.ReadAsync("/api/status"))!;

        all["statuses"]!.AsArray().Select(bot => bot!["bot_id"]!.GetValue<string>()).ShouldBe(["c-running", "b-idle", "a-odd"]);
        all["count"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Reads_can_be_closed_but_for_the_health_checks()
    {
        await using var lab = await StatusWebLab.StartAsync(readsNeedToken: true);

        (await StatusAsync(lab, "/")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(lab, "/api/status")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(lab, "/api/changes")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(lab, "/openapi/v1.json")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(lab, "/health")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unknown_paths_and_bots_are_404_as_JSON()
    {
        await using var lab = await StatusWebLab.StartAsync();

        (await lab.ReadAsync("/api/nothing/here")).ShouldBe("""{"error":"Not found"}""");
        (await lab.ReadAsync("/api/status/nobody")).ShouldBe("""{"error":"Bot not found"}""");
        (await lab.ReadAsync("/api/tasks")).ShouldBe("""{"tasks":[],"count":0,"next":null,"complete":false}""");
    }

    private static async Task<HttpStatusCode> StatusAsync(StatusWebLab lab, string path)
    {
        using var answer = await lab.GetAsync(path);
        return answer.StatusCode;
    }
}
