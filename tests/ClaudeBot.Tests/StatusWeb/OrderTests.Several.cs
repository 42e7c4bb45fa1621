using System.Net;
using System.Text.Json.Nodes;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>Orders where several bots report, and where they cannot be stored.</summary>
public sealed partial class OrderTests
{
    private string Orders => Path.Combine(_lab.Folder, "orders");

    [Fact]
    public async Task A_bot_that_is_gone_is_named_and_keeps_no_other_from_an_order_about_all_queues()
    {
        await using var builder = new DistantBot(_lab.Address);
        await using var gone = new DistantBot(_lab.Address, "gone");
        await using var closed = new DistantBot(_lab.Address, "painter", takesOrders: false);
        foreach (var bot in new[] { builder, gone, closed })
            await bot.ReportAsync();
        await builder.BeginAsync();

        using (var answer = await _lab.PostAsync("/api/queue/pause", """{"reason":"stocktaking"}"""))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
            told["orders"]!.AsArray().ShouldHaveSingleItem()!["bot_id"]!.GetValue<string>().ShouldBe("builder");
            told["skipped"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("gone");
        }

        await builder.AskAsync();
        (await builder.Queue.PausedReasonAsync(Token)).ShouldBe("stocktaking");
        (await RefusalAsync("/api/queue/resume", HttpStatusCode.ServiceUnavailable, """{"bot":"gone"}""")).ShouldContain("gone is away");
        (await RefusalAsync("/api/queue/resume", HttpStatusCode.NotImplemented, """{"bot":"painter"}""")).ShouldContain("painter takes no orders");
    }

    [Fact]
    public async Task An_order_for_all_bots_is_placed_with_none_while_too_many_wait_for_one()
    {
        await using var builder = new DistantBot(_lab.Address);
        await using var painter = new DistantBot(_lab.Address, "painter");
        foreach (var bot in new[] { builder, painter })
        {
            await bot.ReportAsync();
            await bot.BeginAsync();
        }

        for (var i = 0; i < 100; i++)
            await PlaceAsync("/api/queue/resume", """{"bot":"painter"}""");

        (await RefusalAsync("/api/queue/pause", HttpStatusCode.ServiceUnavailable, """{"reason":"stocktaking"}""")).ShouldContain("Too many orders wait for painter");
        (await ExchangeAsync("builder", "[]")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_that_cannot_be_stored_is_refused_in_a_sentence_and_not_placed()
    {
        await using var bot = new DistantBot(_lab.Address);
        await bot.ReportAsync();
        await bot.BeginAsync();
        Directory.Delete(Orders);

        (await RefusalAsync("/api/queue/resume", HttpStatusCode.ServiceUnavailable)).ShouldStartWith("The order cannot be stored in STATUS_DATA_DIR, and nothing was ordered: ");

        (await OrdersAsync()).ShouldBeEmpty();
        Directory.CreateDirectory(Orders);
        await PlaceAsync("/api/queue/resume", "");
    }

    [Fact]
    public async Task What_came_of_an_order_is_known_and_keeps_no_order_back_though_it_cannot_be_stored()
    {
        await using var bot = new DistantBot(_lab.Address);
        await bot.ReportAsync();
        await bot.BeginAsync();
        var first = (await PlaceAsync("/api/queue/resume", "")).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        var second = (await PlaceAsync("/api/queue/resume", "")).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        Directory.Delete(Orders, recursive: true);

        (await ExchangeAsync("builder", $$"""[{"id":"{{first}}","done":true,"message":"The queue goes on."}]""")).ShouldBe([second]);

        (await OrderAsync(first))["outcome"]!.GetValue<string>().ShouldBe("The queue goes on.");
    }

    [Fact]
    public async Task Where_several_bots_take_orders_each_can_be_paused_and_resumed_on_the_page()
    {
        await using var builder = new DistantBot(_lab.Address);
        await using var painter = new DistantBot(_lab.Address, "painter");
        await using var gone = new DistantBot(_lab.Address, "gone");
        await using var closed = new DistantBot(_lab.Address, "closed", takesOrders: false);
        foreach (var bot in new[] { builder, painter, gone, closed })
            await bot.ReportAsync();
        foreach (var bot in new[] { builder, painter })
            await bot.BeginAsync();
        await builder.Queue.PauseAsync("key rotation", "operator", Token);
        await builder.ReportAsync();
        using var browser = new OperatorBrowser(_lab);
        (await browser.SignInAsync()).Dispose();

        var page = await browser.ReadAsync("/queue");

        page.ShouldContain("action=\"/api/queue/pause\"");
        page.ShouldContain("action=\"/api/queue/resume\"");
        page.Split("<select name=\"bot\">").Length.ShouldBe(3, page);
        page.ShouldContain("<option value=\"painter\">");
        page.ShouldNotContain("<option value=\"closed\">");
        page.ShouldContain("given no orders until back: gone.");
        var form = await browser.FormTokenAsync("/queue");
        (await browser.PostFormAsync("/api/queue/pause", form, ("bot", "painter"), ("reason", "stocktaking"))).Dispose();
        (await browser.PostFormAsync("/api/queue/resume", form, ("bot", ""))).Dispose();
        _lab.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await OrdersAsync()).Select(order => $"{order["action"]} {order["bot_id"]}").Order(StringComparer.Ordinal).ShouldBe(["pause painter", "resume builder", "resume painter"]);
    }

    [Fact]
    public async Task The_queues_of_all_bots_are_meant_unless_one_is_named_and_each_bot_tells_of_its_own_orders_only()
    {
        await using var builder = new DistantBot(_lab.Address);
        await using var painter = new DistantBot(_lab.Address, "painter");
        foreach (var bot in new[] { builder, painter })
        {
            await bot.ReportAsync();
            await bot.BeginAsync();
        }

        var both = await PlaceAsync("/api/queue/pause", """{"reason":"stocktaking"}""");
        both.Select(order => order["bot_id"]!.GetValue<string>()).ShouldBe(["builder", "painter"], ignoreOrder: true);
        var one = (await PlaceAsync("/api/queue/resume", """{"bot":"painter"}""")).ShouldHaveSingleItem()["id"]!.GetValue<string>();
        (await RefusalAsync("/api/queue/resume", HttpStatusCode.NotFound, """{"bot":"nobody"}""")).ShouldBe("Bot not found");

        await ExchangeAsync("builder", $$"""[{"id":"{{one}}","done":true,"message":"mine now"},{"id":"unheard","done":true,"message":""}]""");
        (await OrderAsync(one))["state"]!.GetValue<string>().ShouldBe("waiting");
        await builder.AskAsync();
        await painter.AskAsync();
        (await builder.Queue.PausedReasonAsync(Token)).ShouldBe("stocktaking");
        (await painter.Queue.PausedAsync(Token)).ShouldBeNull();
    }
}
