using ClaudeBot.Commands;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Tests.Commands;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.GitHub.Apps;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Tests.Playground.GitHub;

namespace ClaudeBot.Tests.Operations.Doctor;

/// <summary>What the doctor finds about GitHub and the model's service.</summary>
public sealed class DoctorOnGitHubTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public DoctorOnGitHubTests()
    {
        foreach (var (name, value) in new Dictionary<string, string> { ["METRICS_PORT"] = "0", ["STATUS_PORT"] = "off", ["WEBHOOK_PORT"] = "off", ["AGENT"] = "api", ["SANDBOX"] = "off", ["DISK_FLOOR_MB"] = "0", ["ANTHROPIC_API_KEY"] = "a-key-of-tests", ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1" })
            _room.Environment[name] = value;
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_good_installation_has_no_fault_and_its_labels_are_made_by_fix()
    {
        await using var town = await Town.StartAsync(new() { DataFolder = _room.PathOf("github") }, null, Token);
        foreach (var (name, value) in town.BotSettings())
            _room.Environment[name] = value;

        var first = await Consultation.HoldAsync(_room);
        first.Code.ShouldBe(ExitCode.Ok, first.All);
        first.Of("repository").What.ShouldStartWith($"{town.Sample.Name} lacks the labels claude-bot, bot:queued");
        first.Lines.ShouldContain(line => line.Check == "model key" && line.Level == "ok");
        first.Lines.ShouldContain(line => line.Check == "clock" && line.Level == "ok");
        first.Lines.ShouldContain(line => line.Check == "GitHub credential" && line.What.Contains("login=claude-bot"));

        await Consultation.HoldAsync(_room, "--fix");

        (await Consultation.HoldAsync(_room)).Bad.ShouldNotContain(line => line.Check == "repository");
        town.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
        first.All.ShouldNotContain(_room.Environment["GITHUB_TOKEN"]);
    }

    [Fact]
    public async Task An_account_that_may_only_read_is_told_with_77()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Token);
        PointAt(playground, "rhea-token");
        playground.Host.GitHub.SetPermission(PlaygroundFixture.Shop, "rhea", Permission.Read);

        var found = await Consultation.HoldAsync(_room);

        found.Of("repository").Level.ShouldBe("fault");
        found.All.ShouldContain("octo/shop");
    }

    [Theory]
    [InlineData(401, "GitHub credential", "fault", ExitCode.Authentication)]
    [InlineData(200, "repository", "fault", ExitCode.Authentication)]
    public async Task What_GitHub_refuses_is_told_with_77(int status, string check, string level, int code)
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        gitHub.Answer = (request, http) => request.PathAndQuery switch
        {
            "/rate_limit" => ScriptedGitHub.JsonAsync(http, status, "{}"),
            "/user" => ScriptedGitHub.JsonAsync(http, status, """{"id":1,"login":"octo-bot","type":"User"}"""),
            _ => ScriptedGitHub.JsonAsync(http, 404, """{"message":"Not Found"}"""),
        };
        PointAt(gitHub);

        var found = await Consultation.HoldAsync(_room);

        found.Code.ShouldBe(code, found.All);
        found.Of(check).Level.ShouldBe(level);
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(30, "warning")]
    [InlineData(-30, "warning")]
    [InlineData(300, "fault")]
    public async Task The_clock_is_compared_with_that_of_GitHub(int secondsBefore, string level)
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        gitHub.Answer = (_, http) =>
        {
            http.Response.Headers.Date = (TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(secondsBefore)).ToString("R");
            return ScriptedGitHub.JsonAsync(http, 401, "{}");
        };
        PointAt(gitHub);

        (await Consultation.HoldAsync(_room)).Lines.Where(line => line.Check == "clock").Select(line => line.Level).ShouldBe([level]);
    }

    [Fact]
    public async Task While_GitHub_wants_no_call_the_doctor_sends_none()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        PointAt(gitHub);
        _room.Environment["WEBHOOK_PORT"] = "0";
        _room.Environment["GITHUB_WEBHOOK_SECRET"] = "a-secret-of-tests";
        await using (var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _room.Data }, TimeProvider.System))
            await new SqlitePenaltyStore(() => ledger).KeepAsync(gitHub.Address.Authority, new Penalty(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10), 1), Token);

        var found = await Consultation.HoldAsync(_room);

        found.Of("GitHub").What.ShouldContain("its rate limit is reached");
        gitHub.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("repo, admin:repo_hook", null, null)]
    [InlineData("gist", null, "its scopes are gist; repo is missing")]
    [InlineData("repo", "2020-01-01 00:00:00 UTC", "it expires at 2020-01-01 00:00:00Z")]
    public async Task A_token_is_told_by_its_scopes_and_its_end(string scopes, string? end, string? told)
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        gitHub.Answer = (request, http) =>
        {
            http.Response.Headers["X-OAuth-Scopes"] = scopes;
            if (end is not null)
                http.Response.Headers["github-authentication-token-expiration"] = end;
            return ScriptedGitHub.JsonAsync(http, 200, """{"id":1,"login":"octo-bot","type":"User"}""");
        };
        PointAt(gitHub);

        (await Consultation.HoldAsync(_room)).Bad.Where(line => line.Check == "token").Select(line => line.What).ShouldBe(told is null ? [] : [told]);
    }

    [Fact]
    public async Task An_App_is_told_what_it_may_not_and_is_not_told_and_where_to_change_it()
    {
        await using var app = await AppStage.OpenAsync();
        app.App.Permissions = app.App.Permissions.SetItem("pull_requests", "read");
        PointAt(app);

        var found = await Consultation.HoldAsync(_room);

        found.Code.ShouldBe(ExitCode.Authentication, found.All);
        var faults = found.Bad.Where(line => line.Check == "GitHub App").ToArray();
        faults.ShouldContain(line => line.What == "the App may not do all it must: pull_requests:write" && line.Remedy!.Contains("/settings/apps/claude-helper/permissions"));
        faults.ShouldContain(line => line.What.StartsWith("the App is not told of ", StringComparison.Ordinal) && line.What.Contains("pull_request_review", StringComparison.Ordinal));
        faults.ShouldContain(line => line.What == "its installation in acme lacks pull_requests:write");
        found.All.ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task A_webhook_whose_last_delivery_was_refused_is_told_with_what_the_answer_means()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Token);
        await using var door = await HookReceiver.StartAsync(Token, "/webhooks/github");
        PointAt(playground, "octo-token");
        _room.Environment["WEBHOOK_PORT"] = "0";
        _room.Environment["GITHUB_WEBHOOK_SECRET"] = "a-secret-of-tests";
        (await Consultation.HoldAsync(_room)).Of("webhook").What.ShouldBe("octo/shop has no webhook whose address ends in /webhooks/github");

        await playground.Host.GitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "another-secret", [], Token);
        await FileAsync(playground, "came");
        (await Consultation.HoldAsync(_room)).Bad.ShouldNotContain(line => line.Check == "webhook deliveries");

        door.Status = 401;
        await FileAsync(playground, "refused");
        var found = (await Consultation.HoldAsync(_room)).Of("webhook deliveries");
        found.What.ShouldContain("was answered 401");
        found.Remedy!.ShouldContain("GITHUB_WEBHOOK_SECRET");

        door.Status = 202;
        await FileAsync(playground, "came again");
        (await Consultation.HoldAsync(_room)).Of("webhook deliveries").What.ShouldContain("1 of the last day did not arrive");
    }

    private static async Task FileAsync(PlaygroundFixture playground, string title)
    {
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", title, null, [], Token);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Token);
    }

    private void PointAt(PlaygroundFixture playground, string token)
    {
        _room.Environment["GITHUB_API_URL"] = playground.Host.ApiUrl.ToString();
        _room.Environment["GITHUB_SERVER_URL"] = playground.Host.ServerUrl.ToString();
        _room.Environment["GITHUB_TOKEN"] = token;
        _room.Environment["TARGET_REPO"] = PlaygroundFixture.Shop;
    }

    private void PointAt(ScriptedGitHub gitHub)
    {
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
    }

    private void PointAt(AppStage app)
    {
        _room.Environment["GITHUB_API_URL"] = app.Host.ApiUrl.ToString();
        _room.Environment["GITHUB_APP_ID"] = $"{app.App.Id}";
        _room.Environment["GITHUB_APP_PRIVATE_KEY_FILE"] = _room.PathOf("app.pem");
        _room.Environment.Remove("TARGET_REPO");
        File.WriteAllText(_room.PathOf("app.pem"), app.PrivateKey);
        app.Time.SetUtcNow(TimeProvider.System.GetUtcNow() > app.Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : app.Time.GetUtcNow());
    }
}
