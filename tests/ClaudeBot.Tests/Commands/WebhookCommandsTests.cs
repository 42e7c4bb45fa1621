using System.Text;
using ClaudeBot.Commands;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Ledger;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Tests.Playground.GitHub;
using ClaudeBot.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Commands;

public sealed class WebhookCommandsTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_test_knocks_at_the_running_bots_door_and_follows_its_ping_to_the_decision()
    {
        await using var bot = await DoorRoom.OpenAsync(_room);

        var test = await _room.RunAsync("webhook", "test", "--json");

        test.Code.ShouldBe(ExitCode.Ok, test.All);
        test.Json.GetProperty("door").GetString().ShouldBe($"http://127.0.0.1:{bot.Port}/webhooks/github");
        var steps = test.Json.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!, step => step.GetProperty("detail").GetString()!);
        steps.Keys.ShouldBe(["unsigned", "signed", "stored", "decided", "repeated"]);
        steps["decided"].ShouldBe("ignored: This is GitHub's ping: the webhook is connected.");
        (await _room.RunAsync("timeline", "--since", "1h", "--json")).Json.EnumerateArray().Count(row => row.GetProperty("kind").GetString() == "delivery.ignored").ShouldBe(1);
    }

    [Fact]
    public async Task A_door_with_another_secret_is_told_with_77_and_nothing_but_the_secrets_name()
    {
        await using var bot = await DoorRoom.OpenAsync(_room);
        _room.Environment["GITHUB_WEBHOOK_SECRET"] = "the-wrong-secret-of-tests";

        var test = await _room.RunAsync("webhook", "test");

        test.Code.ShouldBe(ExitCode.Authentication, test.All);
        test.Out.ShouldContain("ok      unsigned: refused with 401");
        test.Out.ShouldContain("FAULT   signed: answered 401");
        test.Out.ShouldContain("GITHUB_WEBHOOK_SECRET");
        test.All.ShouldNotContain("the-wrong-secret-of-tests");
    }

    [Fact]
    public async Task Without_a_bot_or_at_a_dead_address_the_test_ends_with_69_and_without_a_secret_with_78()
    {
        (await _room.RunAsync("webhook", "test")).Code.ShouldBe(ExitCode.Configuration);
        _room.Environment["GITHUB_WEBHOOK_SECRET"] = "hook-secret-of-tests";
        (await _room.RunAsync("webhook", "test")).Code.ShouldBe(ExitCode.Unavailable);
        (await _room.RunAsync("webhook", "test", "--url", "http://127.0.0.1:1/webhooks/github")).Code.ShouldBe(ExitCode.Unavailable);
    }

    [Fact]
    public async Task What_the_ledger_lacks_is_sent_again_and_what_it_has_is_not()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Token);
        await using var door = await HookReceiver.StartAsync(Token, "/webhooks/github");
        await playground.Host.GitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "hook-secret-of-tests", [], Token);
        PointAt(playground);
        await FileAsync(playground);
        await FileAsync(playground);
        var (stored, lost) = (door.Ids[^2], door.Ids[^1]);
        await StoreAsync(stored);

        var dry = await _room.RunAsync("webhook", "replay", "--since", "1h", "--dry-run", "--json");
        dry.Code.ShouldBe(ExitCode.Ok, dry.All);
        Outcomes(dry).ShouldBe([(stored, "known"), (lost, "redelivered")]);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Token);
        door.Ids.Count(id => id == lost).ShouldBe(1);

        Outcomes(await _room.RunAsync("webhook", "replay", "--since", "1h", "--json")).ShouldBe([(stored, "known"), (lost, "redelivered")]);
        Outcomes(await _room.RunAsync("webhook", "replay", lost, "--json")).ShouldBe([(lost, "redelivered")]);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Token);

        door.Ids.Count(id => id == lost).ShouldBe(3);
        door.Ids.Count(id => id == stored).ShouldBe(1);
        (await _room.RunAsync("webhook", "replay", "no-such-delivery")).Code.ShouldBe(ExitCode.Failed);
        playground.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decided_delivery_is_not_decided_twice_but_its_issue_is_looked_at_again()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Token);
        PointAt(playground);
        await using (var ledger = SqliteLedgers.Open(_room.Data, new FakeTimeProvider(TimeProvider.System.GetUtcNow())))
        {
            await ledger.Inbox.StoreAsync(New("d-1"), Token);
            await ledger.Inbox.DecideAsync("d-1", new Decision { Subject = new IssueReference(RepositoryName.Parse(PlaygroundFixture.Shop), 1), Reason = "No write permission.", Outcome = "refused" }, Token);
        }

        var replay = await _room.RunAsync("webhook", "replay", "d-1", "--json");

        Outcomes(replay).ShouldBe([("d-1", "looked_at_again")]);
        await using var after = SqliteLedgers.Open(_room.Data, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var pending = (await after.Inbox.PendingAsync(10, Token)).ShouldHaveSingleItem();
        pending.Event.ShouldBe("poll.issue");
        Encoding.UTF8.GetString(pending.Body.Span).ShouldContain("\"number\":1");
        (await after.Inbox.FindDecisionAsync("d-1", Token))!.Outcome.ShouldBe("refused");
    }

    [Theory]
    [InlineData]
    [InlineData("d-1", "--since", "1h")]
    public async Task A_replay_names_a_delivery_or_a_time(params string[] arguments)
    {
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        (await _room.RunAsync(["webhook", "replay", .. arguments])).Code.ShouldBe(ExitCode.Usage);
    }

    private static IEnumerable<(string?, string?)> Outcomes(CommandRoom.Outcome outcome) =>
        outcome.Json.GetProperty("deliveries").EnumerateArray().Select(one => (one.GetProperty("id").GetString(), one.GetProperty("outcome").GetString()));

    private static Delivery New(string id) => new() { Id = id, Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() };

    private async Task StoreAsync(string id)
    {
        await using var ledger = SqliteLedgers.Open(_room.Data, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await ledger.Inbox.StoreAsync(New(id), Token);
    }

    private static async Task FileAsync(PlaygroundFixture playground)
    {
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "a thing", null, [], Token);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Token);
    }

    private void PointAt(PlaygroundFixture playground)
    {
        Directory.CreateDirectory(_room.Data);
        _room.Environment["GITHUB_API_URL"] = playground.Host.ApiUrl.ToString();
        _room.Environment["GITHUB_TOKEN"] = "octo-token";
        _room.Environment["TARGET_REPO"] = PlaygroundFixture.Shop;
    }

    /// <summary>A bot on the room's data folder whose webhook door is open.</summary>
    private sealed class DoorRoom(WebApplication host, DataFolderLock folder, int port) : IAsyncDisposable
    {
        public int Port { get; } = port;

        public static async Task<DoorRoom> OpenAsync(CommandRoom room)
        {
            room.Complete();
            room.Environment["GITHUB_WEBHOOK_SECRET"] = "hook-secret-of-tests";
            room.Environment["WEBHOOK_PORT"] = "0";
            var inputs = new ConfigurationInputs { Environment = new Dictionary<string, string>(room.Environment), SecretsDirectory = room.PathOf("secrets") };
            var folder = DataFolderLock.Take(room.Data, BotRole.Ingest);
            var host = BotHost.Build(ConfigurationReader.Read(inputs, new SecretMask(), TimeProvider.System), BotRole.Ingest, TimeProvider.System, null);
            await host.StartAsync(Token);
            return new DoorRoom(host, folder, RunningBot.Read(room.Data)!.WebhookPort!.Value);
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            await host.DisposeAsync();
            folder.Dispose();
        }
    }
}
