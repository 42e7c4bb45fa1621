using System.Net;
using System.Text.Json.Nodes;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>A status web without a ledger and a bot elsewhere, each with a process of its own in mind: they meet by HTTP alone.</summary>
public sealed partial class OrderTests : IAsyncLifetime
{
    private StatusWebLab _lab = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await StatusWebLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_cancel_is_fetched_carried_out_noted_and_told()
    {
        await using var bot = new DistantBot(_lab.Address);
        var task = await bot.AddAsync("Fix the till");
        await bot.ReportAsync();
        await bot.BeginAsync();

        var order = (await PlaceAsync($"/api/tasks/{task.Id}/cancel", $$"""{"reason":"wrong\nissue, not {{StatusWebLab.Token}}"}""")).ShouldHaveSingleItem();
        order["state"]!.GetValue<string>().ShouldBe("waiting");
        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Waiting);
        await bot.AskAsync();

        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Cancelled);
        var log = await bot.Events.OfTaskAsync(task.Id, Token);
        log.TakeLast(2).Select(entry => (entry.Kind, entry.Actor)).ShouldBe([("operator.cancel", "operator"), ("task.cancelled", "operator")]);
        log[^2].Message.ShouldStartWith("Cancel, asked on the status web from 127.0.0.1: wrong issue, not ");
        log[^2].Message.ShouldNotContain(StatusWebLab.Token);
        var told = await OrderAsync(order["id"]!.GetValue<string>());
        (told["state"]!.GetValue<string>(), told["outcome"]!.GetValue<string>()).ShouldBe(("done", "The task is cancelled."));
    }

    [Fact]
    public async Task A_task_that_runs_loses_its_worker_when_it_is_cancelled()
    {
        await using var bot = new DistantBot(_lab.Address);
        var task = await bot.AddAsync("Fix the till");
        var lease = (await bot.Queue.ClaimAsync(new WorkerIdentity("worker-1", "boot"), new QueueOptions(), Token)).ShouldNotBeNull();
        await bot.ReportAsync();
        await bot.BeginAsync();
        var revoked = new List<TaskId>();
        bot.Notices.LeaseRevoked += revoked.Add;

        await PlaceAsync($"/api/tasks/{task.Id}/cancel", "");
        await bot.AskAsync();

        revoked.ShouldBe([task.Id]);
        (await bot.Queue.HeartbeatAsync(lease, TimeSpan.FromMinutes(1), Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(BotRole.All, true, true)]
    [InlineData(BotRole.Ingest, true, true)]
    [InlineData(BotRole.Worker, true, false)]
    [InlineData(BotRole.Once, true, false)]
    [InlineData(BotRole.All, false, false)]
    public async Task The_process_that_reports_asks_for_orders_where_they_are_allowed(BotRole role, bool isAllowed, bool asks)
    {
        using var room = new HostRoom();
        room.Environment["STATUS_WEB_URL"] = _lab.Address.ToString();
        if (isAllowed)
            room.Environment["STATUS_ACTIONS"] = "true";
        await using var host = room.Build(role);
        host.Services.GetServices<IHostedService>().OfType<OrderTaker>().Count().ShouldBe(asks ? 1 : 0);
    }

    [Fact]
    public async Task Priority_retry_pause_and_resume_are_obeyed_in_their_order_and_what_a_state_forbids_is_refused()
    {
        await using var bot = new DistantBot(_lab.Address);
        var (waiting, ended) = (await bot.AddAsync("Fix the till"), await bot.AddAsync("Paint the door"));
        await bot.Queue.CancelAsync(ended.Id, "by mistake", "operator", Token);
        await bot.ReportAsync();
        await bot.BeginAsync();

        await PlaceAsync($"/api/tasks/{waiting.Id}/priority", """{"priority":"urgent"}""");
        await PlaceAsync($"/api/tasks/{ended.Id}/cancel", "");
        await PlaceAsync($"/api/tasks/{ended.Id}/retry", "");
        await PlaceAsync("/api/queue/pause", """{"reason":"key rotation"}""");
        await bot.AskAsync();

        (await bot.Queue.FindAsync(waiting.Id, Token))!.Priority.ShouldBe(TaskPriority.Urgent);
        (await bot.Queue.FindAsync(ended.Id, Token))!.State.ShouldBe(TaskState.Waiting);
        (await bot.Queue.PausedReasonAsync(Token)).ShouldBe("key rotation");
        (await OrdersAsync()).Select(order => $"{order["action"]} {order["state"]}").ShouldBe(["pause done", "retry done", "cancel refused", "priority done"]);
        (await bot.Events.OfTaskAsync(ended.Id, Token)).ShouldContain(entry => entry.Kind == "operator.cancel" && entry.Message.StartsWith("Cancel was refused: "));

        await PlaceAsync("/api/queue/resume", "");
        await bot.AskAsync();
        (await bot.Queue.PausedAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_order_that_is_handed_over_again_and_again_is_carried_out_once()
    {
        // A status web that never hears what came of it.
        await using var deaf = await ScriptedGitHub.StartAsync();
        await using var bot = new DistantBot(deaf.Address);
        var task = await bot.AddAsync("Fix the till");
        await bot.Queue.CancelAsync(task.Id, "by mistake", "operator", Token);
        deaf.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, $$"""{"orders":[{"id":"01ab","action":"retry","task_id":"{{task.Id}}","priority":null,"reason":null,"from":"10.0.0.9","ordered_at":"2026-03-04T12:00:00Z"}]}""");

        await bot.BeginAsync();
        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Waiting);
        await bot.Queue.CancelAsync(task.Id, "on purpose", "operator", Token);
        await bot.AskAsync();

        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Cancelled);
        (await bot.Events.OfTaskAsync(task.Id, Token)).Count(entry => entry.Kind == "operator.retry").ShouldBe(1);
        deaf.Seen[^1].PathAndQuery.ShouldBe("/api/status/builder/orders");
        JsonNode.Parse(deaf.Seen[^1].Body)!["results"]!.AsArray().ShouldHaveSingleItem()!.ToJsonString().ShouldBe("""{"id":"01ab","done":true,"message":"The task waits again."}""");
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_and_keeps_nothing_else_from_being_obeyed()
    {
        await using var other = await ScriptedGitHub.StartAsync();
        await using var bot = new DistantBot(other.Address);
        var id = (await bot.AddAsync("Fix the till")).Id;
        string Of(string order, string action, string? task, string? priority) =>
            $$"""{"id":"{{order}}","action":"{{action}}","task_id":{{(task is null ? "null" : $"\"{task}\"")}},"priority":{{(priority is null ? "null" : $"\"{priority}\"")}},"reason":"a\nb","from":"10.0.0.9","ordered_at":"2026-03-04T12:00:00Z"}""";
        string[] orders = [Of("a", "explode", id.Value, null), Of("b", "0", id.Value, null), Of("c", "cancel", null, null), Of("d", "pause", id.Value, null), Of("e", "priority", id.Value, "9"), Of("../f", "pause", null, null), Of("g", "priority", id.Value, "high")];
        other.Answer = (request, http) => ScriptedGitHub.JsonAsync(http, 200, request.Body.Contains("message") ? """{"orders":[]}""" : $$"""{"orders":[{{string.Join(',', orders)}}]}""");

        await bot.BeginAsync();

        (await bot.Queue.FindAsync(id, Token))!.Priority.ShouldBe(TaskPriority.High);
        (await bot.Queue.PausedAsync(Token)).ShouldBeNull();
        JsonNode.Parse(other.Seen[^1].Body)!["results"]!.AsArray().Select(result => $"{result!["id"]} {result["done"]}").ShouldBe(["a false", "b false", "c false", "d false", "e false", "../f false", "g true"]);
        (await bot.Events.OfTaskAsync(id, Token)).ShouldContain(entry => entry.Message == "Priority high, asked on the status web from 10.0.0.9: a b");
    }

    [Fact]
    public async Task A_bot_that_is_away_or_takes_no_orders_is_named_and_nothing_is_kept()
    {
        await using var bot = new DistantBot(_lab.Address);
        await using var closed = new DistantBot(_lab.Address, "painter", takesOrders: false);
        var (task, others) = (await bot.AddAsync("Fix the till"), await closed.AddAsync("Paint the door"));
        await bot.ReportAsync();
        await closed.ReportAsync();

        (await RefusalAsync($"/api/tasks/{task.Id}/cancel", HttpStatusCode.ServiceUnavailable)).ShouldContain("builder is away: it has not asked for orders yet");
        (await RefusalAsync($"/api/tasks/{others.Id}/cancel", HttpStatusCode.NotImplemented)).ShouldContain("painter takes no orders from this web: set STATUS_ACTIONS=true");
        (await RefusalAsync("/api/tasks/acme--shop--issue-9-abcdef/cancel", HttpStatusCode.NotFound)).ShouldContain("Task not found");
        (await RefusalAsync($"/api/tasks/{task.Id}/priority", HttpStatusCode.BadRequest)).ShouldContain("priority is");
        (await RefusalAsync("/api/queue/pause", HttpStatusCode.BadRequest)).ShouldContain("reason is needed");
        await bot.BeginAsync();
        _lab.Time.Advance(OrderBook.Patience + TimeSpan.FromSeconds(1));
        (await RefusalAsync("/api/queue/resume", HttpStatusCode.ServiceUnavailable)).ShouldContain("asked for no orders since 2026-03-04 12:00:00Z");
        (await OrdersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_outlives_a_restart_of_the_web_and_is_not_handed_over_after_ten_minutes()
    {
        await using var bot = new DistantBot(_lab.Address);
        await bot.ReportAsync();
        await bot.BeginAsync();
        var id = (await PlaceAsync("/api/queue/resume", "")).ShouldHaveSingleItem()["id"]!.GetValue<string>();

        await _lab.RestartAsync();
        (await ExchangeAsync("builder", "[]")).ShouldBe([id]);
        (await ExchangeAsync("builder", "[]")).ShouldBe([id], "it was not told what came of it");
        _lab.Time.Advance(OrderBook.Life + TimeSpan.FromSeconds(1));
        (await ExchangeAsync("builder", "[]")).ShouldBeEmpty();
        (await OrderAsync(id))["state"]!.GetValue<string>().ShouldBe("expired");

        // Better told late than never.
        await ExchangeAsync("builder", $$"""[{"id":"{{id}}","done":true,"message":"The queue goes on."}]""");
        (await OrderAsync(id))["state"]!.GetValue<string>().ShouldBe("done");
    }

    [Fact]
    public async Task Asking_for_orders_is_no_report_that_succeeded_or_failed()
    {
        await using var other = await ScriptedGitHub.StartAsync();
        await using var bot = new DistantBot(other.Address);
        using var calls = new MetricCollector<long>(bot.Metrics, "claude_bot_api_calls_total");

        await bot.BeginAsync();
        other.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, """{"orders":[]}""");
        await bot.AskAsync();
        calls.GetMeasurementSnapshot().ShouldBeEmpty();

        await bot.ReportAsync();
        calls.GetMeasurementSnapshot().ShouldHaveSingleItem().Tags["status"].ShouldBe("success");
    }

    [Fact]
    public async Task A_report_of_a_bot_that_does_not_run_claims_to_take_no_orders()
    {
        await using var bot = new DistantBot(_lab.Address);
        (await bot.StatusAsync(startedAt: null)).TakesOrders.ShouldBeFalse();
        (await bot.StatusAsync(StatusWebLab.Start)).TakesOrders.ShouldBeTrue();
    }

    [Theory]
    [InlineData("no json", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"results":[null]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"results":[{"id":"a"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"results":[]}""", HttpStatusCode.OK, "nobody")]
    [InlineData("""{"results":[]}""", HttpStatusCode.OK)]
    public async Task Results_of_orders_are_read_strictly(string body, HttpStatusCode expected, string bot = "builder")
    {
        (await _lab.ReportAsync("builder", """{"status":"idle","health":"healthy"}""")).Dispose();
        using var answer = await _lab.PostAsync($"/api/status/{bot}/orders", body);
        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Without_the_token_no_order_is_given_out_placed_or_shown()
    {
        await using var bot = new DistantBot(_lab.Address);
        await bot.ReportAsync();
        await bot.BeginAsync();
        await PlaceAsync("/api/queue/pause", """{"reason":"r"}""");

        foreach (var token in new[] { null, "wrong" })
        {
            foreach (var (path, body) in new[] { ("/api/status/builder/orders", """{"results":[]}"""), ("/api/queue/resume", "") })
            {
                using var answer = await _lab.PostAsync(path, body, token);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            }
        }

        using var list = await _lab.GetAsync("/api/orders");
        list.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await OrdersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_signed_in_operator_orders_by_the_pages_forms_and_sees_what_came_of_it()
    {
        await using var bot = new DistantBot(_lab.Address);
        var task = await bot.AddAsync("Fix the till");
        using var browser = new OperatorBrowser(_lab);
        (await browser.SignInAsync()).Dispose();
        (await browser.ReadAsync("/queue")).ShouldContain("STATUS_ACTIONS");
        await bot.ReportAsync();
        await bot.BeginAsync();
        var page = $"/tasks/{task.Id}";

        using var answer = await browser.PostFormAsync($"/api{page}/cancel", await browser.FormTokenAsync(page), ("reason", "wrong <b>issue</b>"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.ReadAsync(page)).ShouldContain("<td>waiting</td>");
        await bot.AskAsync();
        foreach (var shown in new[] { await browser.ReadAsync(page), await browser.ReadAsync("/queue") })
        {
            shown.ShouldContain("The task is cancelled.");
            shown.ShouldContain("wrong &lt;b&gt;issue&lt;/b&gt;");
        }

        (await _lab.ReadAsync("/queue")).ShouldNotContain("wrong &lt;b&gt;", customMessage: "who is not signed in sees no orders");
    }

    [Fact]
    public async Task A_web_that_knows_no_orders_costs_one_warning_until_it_does()
    {
        await using var old = await ScriptedGitHub.StartAsync();
        await using var bot = new DistantBot(old.Address);

        await bot.BeginAsync();
        await bot.AskAsync();
        old.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, """{"orders":[]}""");
        await bot.AskAsync();

        bot.Logs.GetSnapshot().Select(record => record.Level).ShouldBe([LogLevel.Warning, LogLevel.Information]);
    }

    [Fact]
    public async Task Each_reason_of_one_outage_is_told_once_and_again_in_the_next()
    {
        await using var web = await ScriptedGitHub.StartAsync();
        await using var bot = new DistantBot(web.Address);
        var isFirst = true;
        foreach (var status in new[] { 500, 500, 404, 500, 200, 500 })
        {
            web.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, status, """{"orders":[]}""");
            await (isFirst ? bot.BeginAsync() : bot.AskAsync());
            isFirst = false;
        }

        bot.Logs.GetSnapshot().Select(record => record.Level == LogLevel.Warning ? record.Message[^4..] : "again").ShouldBe(["500.", "404.", "again", "500."]);
    }

    [Fact]
    public async Task A_ledger_that_takes_no_order_is_not_blamed_on_the_web()
    {
        await using var bot = new DistantBot(_lab.Address);
        await bot.ReportAsync();
        await bot.BeginAsync();
        var id = (await PlaceAsync("/api/queue/resume", "")).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        await bot.LoseLedgerAsync();

        await bot.AskAsync();

        bot.Logs.LatestRecord.Message.ShouldStartWith("orders of the status web are not carried out, and are taken again later: ");
        (await OrderAsync(id))["state"]!.GetValue<string>().ShouldBe("waiting");
    }

    [Fact]
    public async Task A_web_that_refuses_the_token_is_asked_again_after_a_minute()
    {
        await using var other = await ScriptedGitHub.StartAsync();
        other.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 401, """{"error":"STATUS_TOKEN is needed"}""");
        await using var bot = new DistantBot(other.Address);
        await bot.BeginAsync(TimeSpan.FromMinutes(1));
        bot.Logs.LatestRecord.Message.ShouldContain("STATUS_TOKEN must be the same there and here");
    }

    private async Task<IReadOnlyList<JsonNode>> PlaceAsync(string path, string body)
    {
        using var answer = await _lab.PostAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        // Orders of one moment have no order of their own.
        _lab.Time.Advance(TimeSpan.FromMilliseconds(1));
        return [.. JsonNode.Parse(text)!["orders"]!.AsArray().OfType<JsonNode>()];
    }

    private async Task<string> RefusalAsync(string path, HttpStatusCode expected, string body = "")
    {
        using var answer = await _lab.PostAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        answer.StatusCode.ShouldBe(expected, text);
        return JsonNode.Parse(text)!["error"]!.GetValue<string>();
    }

    private async Task<IReadOnlyList<string>> ExchangeAsync(string bot, string results)
    {
        using var answer = await _lab.PostAsync($"/api/status/{bot}/orders", $$"""{"results":{{results}}}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["orders"]!.AsArray().Select(order => order!["id"]!.GetValue<string>())];
    }

    private async Task<IReadOnlyList<JsonNode>> OrdersAsync() => [.. (await ReadAsync("/api/orders"))["orders"]!.AsArray().OfType<JsonNode>()];

    private Task<JsonNode> OrderAsync(string id) => ReadAsync($"/api/orders/{id}");

    private async Task<JsonNode> ReadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_lab.Address, path));
        request.Headers.Authorization = new("Bearer", StatusWebLab.Token);
        using var answer = await _lab.Client.SendAsync(request, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
    }
}
