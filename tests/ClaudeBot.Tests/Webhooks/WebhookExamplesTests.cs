using System.Text;

namespace ClaudeBot.Tests.Webhooks;

public sealed class WebhookExamplesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_payload_comes_through_the_door_and_is_decided()
    {
        await using var stage = await WebhookStage.OpenAsync();
        var sent = 0;
        foreach (var (eventName, payload) in await RecordedPayloads.ReadAsync(Token))
        {
            var (status, body, _) = await stage.SendAsync(stage.Delivery(Encoding.UTF8.GetString(payload), eventName, $"example-{sent++}"));
            status.ShouldBe(202, $"{eventName}: {body}");
        }

        sent.ShouldBeGreaterThan(300);
        (await stage.Processor.DrainAsync(Token)).ShouldBe(sent);
        (await stage.Inbox.CountPendingAsync(Token)).ShouldBe(0);
        stage.Logs.GetSnapshot().ShouldAllBe(record => record.Exception == null);
    }
}
