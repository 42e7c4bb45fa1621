using System.Threading.Channels;
using ClaudeBot.GitHub;
using ClaudeBot.Operations;
using ClaudeBot.Tests.Configuration;
using ClaudeBot.Tests.GitHub;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Operations;

public sealed class AuthNoticeTests : IDisposable
{
    private readonly ConfigurationRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_log_tells_the_credentials_at_the_start_and_a_changed_one_again()
    {
        await using var services = await ScriptedGitHub.StartAsync();
        services.Answer = (request, http) => request.PathAndQuery == "/user" && request.Authorization!.Contains("rotated", StringComparison.Ordinal)
            ? ScriptedGitHub.JsonAsync(http, 401, """{"message":"Bad credentials"}""")
            : ScriptedGitHub.JsonAsync(http, 200, """{"id":1,"login":"octo-bot","type":"User","data":[]}""");
        _room.Environment["GITHUB_API_URL"] = services.Address.ToString();
        _room.Environment["ANTHROPIC_BASE_URL"] = services.Address.ToString();
        _room.Environment["ANTHROPIC_API_KEY"] = "model-key-of-tests";
        _room.Environment["GITHUB_TOKEN_FILE"] = _room.Write("token", "first-token-of-tests");
        var lines = Channel.CreateUnbounded<(LogLevel Level, string Text)>();
        using var notice = new AuthNotice(_room.Read(), new MemoryPenaltyStore(), _room.Time, new Lines(lines.Writer));

        await notice.StartAsync(Token);
        (await lines.Reader.ReadAsync(Token)).Text.ShouldStartWith("auth: GitHub authentication succeeded login=octo-bot");
        (await lines.Reader.ReadAsync(Token)).Text.ShouldStartWith("auth: Anthropic authentication succeeded");

        _room.Write("token", "rotated-token-of-tests");
        // A tick that comes before the notice waits for it is kept.
        _room.Time.Advance(TimeSpan.FromSeconds(31));
        var later = await lines.Reader.ReadAsync(Token);
        later.Level.ShouldBe(LogLevel.Error);
        later.Text.ShouldStartWith("auth: GitHub authentication failed");
        later.Text.ShouldNotContain("rotated-token-of-tests");
        await notice.StopAsync(Token);
        lines.Reader.TryRead(out _).ShouldBeFalse();
    }

    private sealed class Lines(ChannelWriter<(LogLevel Level, string Text)> lines) : ILogger<AuthNotice>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.TryWrite((logLevel, formatter(state, exception)));
    }
}
