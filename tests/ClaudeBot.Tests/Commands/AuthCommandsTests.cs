using ClaudeBot.Commands;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.GitHub.Apps;

namespace ClaudeBot.Tests.Commands;

public sealed class AuthCommandsTests : IDisposable
{
    private const string GitHubToken = "ghp_0123456789abcdefghijklmnopqrstuvwxyzABCD";
    private const string ModelKey = "sk-ant-0123456789abcdefghijklmnopqrstuvwxyz-WXYZ";
    private readonly CommandRoom _room = new();

    public AuthCommandsTests()
    {
        _room.Environment["GITHUB_TOKEN"] = GitHubToken;
        _room.Environment["ANTHROPIC_API_KEY"] = ModelKey;
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Accepted_credentials_are_told_masked_and_shown_to_their_own_service_only()
    {
        await using var services = await ScriptedGitHub.StartAsync();
        string? modelKeySeen = null;
        services.Answer = (request, http) =>
        {
            if (request.PathAndQuery == "/user")
                return ScriptedGitHub.JsonAsync(http, 200, """{"id":1,"login":"octo-bot","type":"User"}""");
            modelKeySeen = http.Request.Headers["x-api-key"];
            return ScriptedGitHub.JsonAsync(http, 200, """{"data":[]}""");
        };
        PointAt(services);

        var check = await _room.RunAsync("auth", "check");

        check.Code.ShouldBe(ExitCode.Ok, check.All);
        check.Out.Trim().Split('\n').ShouldBe([
            "auth: GitHub authentication succeeded login=octo-bot key=ghp_****ABCD from=\"environment\"",
            "auth: Anthropic authentication succeeded key=sk-a****WXYZ from=\"environment\"",
        ]);
        modelKeySeen.ShouldBe(ModelKey);
        services.Seen.Single(request => request.PathAndQuery.StartsWith("/v1/models", StringComparison.Ordinal)).Authorization.ShouldBeNull();
        services.Seen.Single(request => request.PathAndQuery == "/user").Authorization!.ShouldContain(GitHubToken);
    }

    [Fact]
    public async Task A_refused_credential_ends_with_77()
    {
        await using var services = await ScriptedGitHub.StartAsync();
        services.Answer = (request, http) => request.PathAndQuery == "/user"
            ? ScriptedGitHub.JsonAsync(http, 200, """{"id":1,"login":"octo-bot","type":"User"}""")
            : ScriptedGitHub.JsonAsync(http, 401, """{"type":"error"}""");
        PointAt(services);

        var check = await _room.RunAsync("auth", "check");

        check.Code.ShouldBe(ExitCode.Authentication);
        check.Out.ShouldContain("ERROR auth: Anthropic authentication failed key=sk-a****WXYZ");
        check.All.ShouldNotContain(ModelKey);
    }

    [Fact]
    public async Task Services_that_cannot_be_reached_end_with_69()
    {
        _room.Environment["GITHUB_API_URL"] = "http://127.0.0.1:1";
        _room.Environment["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1";
        var check = await _room.RunAsync("auth", "check", "--json");
        check.Code.ShouldBe(ExitCode.Unavailable);
        check.Json.EnumerateArray().Select(result => result.GetProperty("verdict").GetString()).ShouldBe(["unreachable", "unreachable"]);
    }

    [Fact]
    public async Task A_GitHub_App_is_told_with_its_installations_and_what_they_may_not_do()
    {
        await using var app = await AppStage.OpenAsync();
        app.App.Permissions = app.App.Permissions.SetItem("pull_requests", "read");
        await using var model = await ScriptedGitHub.StartAsync();
        model.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, """{"data":[]}""");
        PointAt(model);
        _room.Environment["GITHUB_API_URL"] = app.Host.ApiUrl.ToString();
        _room.Environment["GITHUB_APP_ID"] = $"{app.App.Id}";
        _room.Environment["GITHUB_APP_PRIVATE_KEY_FILE"] = _room.PathOf("app.pem");
        await File.WriteAllTextAsync(_room.PathOf("app.pem"), app.PrivateKey, TestContext.Current.CancellationToken);
        app.Time.SetUtcNow(TimeProvider.System.GetUtcNow() > app.Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : app.Time.GetUtcNow());

        var check = await _room.RunAsync("auth", "check");

        check.Code.ShouldBe(ExitCode.Ok, check.All);
        check.Out.ShouldContain($"auth: GitHub authentication succeeded app=claude-helper id={app.App.Id} installation=");
        check.Out.ShouldContain("account=acme permissions=actions:write,checks:write,contents:write,issues:write,metadata:read,pull_requests:read,statuses:read missing=pull_requests:write");
        check.Out.ShouldContain("account=octo");
        check.All.ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task A_GitHub_App_without_its_key_is_a_configuration_fault()
    {
        _room.Environment["GITHUB_APP_ID"] = "7";

        var check = await _room.RunAsync("auth", "check");

        check.Code.ShouldBe(ExitCode.Configuration);
        check.All.ShouldContain("GITHUB_APP_PRIVATE_KEY: it is not set. Name the file");
    }

    private void PointAt(ScriptedGitHub services)
    {
        _room.Environment["GITHUB_API_URL"] = services.Address.ToString();
        _room.Environment["ANTHROPIC_BASE_URL"] = services.Address.ToString();
    }
}
