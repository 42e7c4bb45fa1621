using System.Net.Sockets;
using System.Text;
using ClaudeBot.Webhooks;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>More than the door can take: it says so, and takes the next when there is room.</summary>
public sealed class WebhookFloodTests
{
    private const string Body = """{"action":"opened"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ledger_held_by_another_program_is_answered_503_and_taken_again_when_it_is_let_go()
    {
        await using var stage = await WebhookStage.OpenAsync(ledger => ledger with { LockTimeout = TimeSpan.FromSeconds(1) });
        (await stage.SendAsync(stage.Delivery(Body))).Status.ShouldBe(202);
        await using var other = new SqliteConnection($"Data Source={stage.DatabasePath};Pooling=False");
        await other.OpenAsync(Token);
        other.Execute("BEGIN IMMEDIATE");

        var refused = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => stage.SendAsync(stage.Delivery(Body, id: $"held-{number}"))));
        other.Execute("ROLLBACK");

        refused.ShouldAllBe(answer => answer.Status == 503 && answer.Response.Headers.RetryAfter!.Delta == TimeSpan.FromSeconds(30));
        (await stage.Inbox.CountPendingAsync(Token)).ShouldBe(1, "what was refused is not kept");
        (await stage.SendAsync(stage.Delivery(Body, id: "held-0"))).Status.ShouldBe(202);
        (await stage.Inbox.CountPendingAsync(Token)).ShouldBe(2);
    }

    [Fact]
    public async Task Beyond_the_deliveries_that_may_wait_the_answer_is_503_and_a_known_one_is_still_202()
    {
        await using var stage = await WebhookStage.OpenAsync(ledger => ledger with { MaxPendingDeliveries = 5 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => stage.SendAsync(stage.Delivery(Body, id: $"d-{number}"))));

        answers.Count(answer => answer.Status == 202).ShouldBe(5);
        answers.Where(answer => answer.Status != 202).ShouldAllBe(answer => answer.Status == 503 && answer.Body.Contains("MAX_PENDING_DELIVERIES"));
        answers.Where(answer => answer.Status == 503).ShouldAllBe(answer => answer.Response.Headers.RetryAfter != null);
        var known = (await stage.Inbox.PendingAsync(10, Token))[0].Id;
        (await stage.SendAsync(stage.Delivery(Body, id: known))).Status.ShouldBe(202);

        await stage.Processor.DrainAsync(Token);
        (await stage.SendAsync(stage.Delivery(Body, id: "later"))).Status.ShouldBe(202);
    }

    [Fact]
    public async Task A_body_for_which_no_memory_is_left_is_answered_503_and_gives_back_what_it_took()
    {
        await using var stage = await WebhookStage.OpenAsync(largestBacklog: 16 * 1024);
        for (var round = 0; round < 3; round++)
        {
            var (status, body, response) = await stage.SendAsync(stage.Delivery(Text(30 * 1024)));
            status.ShouldBe(503);
            body.ShouldContain("under way at once");
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
            (await stage.SendAsync(stage.Delivery(Text(12 * 1024)))).Status.ShouldBe(202);
        }
    }

    [Fact]
    public void Bodies_under_way_share_one_memory()
    {
        var budget = new BodyBudget(100);
        using var first = budget.Open();
        using (var second = budget.Open())
        {
            first.TryGrow(40).ShouldBeTrue();
            second.TryGrow(60).ShouldBeTrue();
            first.TryGrow(41).ShouldBeFalse();
            second.TryGrow(61).ShouldBeFalse();
        }

        first.TryGrow(100).ShouldBeTrue();
        first.TryGrow(101).ShouldBeFalse();
    }

    [Fact]
    public async Task Clients_that_never_finish_their_request_do_not_keep_a_delivery_out()
    {
        await using var stage = await WebhookStage.OpenAsync();
        var slow = new List<TcpClient>();
        try
        {
            for (var number = 0; number < 200; number++)
                slow.Add(number % 2 == 0 ? await HalfSentAsync(stage, length: 1000, sent: 10) : await ConnectAsync(stage, "POST /webhooks/github HTTP/1.1\r\nHos"));

            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.SendAsync(stage.Delivery(Body))));
            answers.ShouldAllBe(answer => answer.Status == 202);
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    private static Task<TcpClient> HalfSentAsync(WebhookStage stage, int length, int sent) => ConnectAsync(
        stage, $"POST /webhooks/github HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{new string('x', sent)}");

    private static async Task<TcpClient> ConnectAsync(WebhookStage stage, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(stage.Address.Host, stage.Address.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Token);
        return client;
    }

    private static string Text(int length) => $$"""{"text":"{{new string('x', length)}}"}""";
}
