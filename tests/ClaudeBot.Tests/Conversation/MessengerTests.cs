using System.Collections.Concurrent;
using System.Text.Json;
using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Conversation;

/// <summary>Notices to a chat, by an address that takes what Slack's incoming webhooks take.</summary>
public sealed class MessengerTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _received = new();
    private readonly Queue<int> _answers = new();
    private readonly FakeLogCollector _logs = new();
    private readonly NoPauses _time = new();
    private WebApplication _chat = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Address => $"{_chat.Urls.First()}/services/T0/B0/very-secret-part";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _chat = builder.Build();
        _chat.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            _received.Enqueue(await reader.ReadToEndAsync(http.RequestAborted));
            http.Response.StatusCode = _answers.TryDequeue(out var status) ? status : 200;
        });
        await _chat.StartAsync(Token);
    }

    public ValueTask DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task A_text_is_sent_in_Slacks_form_with_nothing_in_it_that_calls_or_betrays()
    {
        var mask = new SecretMask();
        mask.Register("hunter2-hunter2");
        using var messenger = Messenger(Address, mask);

        (await messenger.SendAsync("acme/shop#1 failed: <!channel> & hunter2-hunter2", Token)).ShouldBe("sent");

        using var body = JsonDocument.Parse(_received.ShouldHaveSingleItem());
        body.RootElement.EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("text");
        var text = body.RootElement.GetProperty("text").GetString()!;
        text.ShouldStartWith("acme/shop#1 failed: &lt;!channel&gt; &amp; ");
        text.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData(new[] { 429, 429 }, 3, "sent")]
    [InlineData(new[] { 429, 429, 429 }, 3, "given up: it was answered 429")]
    [InlineData(new[] { 500 }, 1, "given up: it was answered 500")]
    [InlineData(new[] { 302 }, 1, "given up: it was answered 302")]
    public async Task It_is_tried_again_only_where_it_cannot_have_arrived(int[] answers, int tries, string result)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
        using var messenger = Messenger(Address);

        (await messenger.SendAsync("Hello.", Token)).ShouldBe(result);

        _received.Count.ShouldBe(tries);
        _time.Pauses.ShouldBe(Enumerable.Range(1, tries - 1).Select(number => TimeSpan.FromSeconds(number)));
        _logs.GetSnapshot().Select(record => record.Message).ShouldAllBe(line => !line.Contains("very-secret-part"));
        _logs.Count.ShouldBe(result == "sent" ? 0 : 1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no address at all")]
    public async Task Without_an_address_nothing_is_sent(string? address)
    {
        using var messenger = Messenger(address);

        (await messenger.SendAsync("Hello.", Token)).ShouldBe("given up: there is no address");
    }

    [Fact]
    public async Task The_end_of_a_task_is_told_once_and_not_again_by_a_bot_that_was_cut_off_in_it()
    {
        var mask = new SecretMask();
        await using var bench = await RunBench.StartAsync("test: [\"sh test.sh\"]", [], services => services.AddSingleton(
            new ConversationOptions { Notifications = new SecretSource("WEBHOOK_URL", () => Address, mask) }));
        var (issue, task) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        await bench.EndAsync();
        var outbox = bench.Get<IOutbox>();
        var post = (await outbox.PendingAsync(10, Token)).Single(post => post.Kind == PostKind.Message);

        await bench.Get<Postman>().RunOnceAsync(Token);
        await bench.Get<Postman>().RunOnceAsync(Token);

        using var body = JsonDocument.Parse(_received.ShouldHaveSingleItem());
        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        body.RootElement.GetProperty("text").GetString().ShouldBe($"acme/shop#{issue.Number} succeeded: The answer is missing {pull.HtmlUrl} ({task.Id})");

        await bench.AskAgainAsync(issue);
        bench.Agent.Ends(AgentEnding.Failed, "no good");
        await bench.EndAsync();
        var next = (await outbox.PendingAsync(10, Token)).Single(pending => pending.Kind == PostKind.Message && pending.Key != post.Key);
        await outbox.BeginAsync(next, Token); // Here the bot died: nobody can tell whether it was sent.
        await bench.Get<Postman>().RunOnceAsync(Token);
        _received.Count.ShouldBe(1);
        (await outbox.PendingAsync(10, Token)).ShouldBeEmpty();
    }

    private Messenger Messenger(string? address, SecretMask? mask = null) => new(
        new ConversationOptions { Notifications = address is null ? null : new SecretSource("WEBHOOK_URL", () => address, mask ?? new SecretMask()) },
        new OutgoingText(mask ?? new SecretMask()),
        _time,
        new FakeLogger<Messenger>(_logs));

    /// <summary>Short pauses are over at once; the time limit of a request never is.</summary>
    private sealed class NoPauses : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.FromSeconds(10))
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            Pauses.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
