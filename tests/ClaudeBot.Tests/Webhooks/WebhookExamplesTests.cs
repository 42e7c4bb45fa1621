using System.Text.Json;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>Every payload of the npm package @octokit/webhooks-examples, which GitHub's users recorded.</summary>
public sealed class WebhookExamplesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_payload_comes_through_the_door_and_is_decided()
    {
        await using var stage = await WebhookStage.OpenAsync();
        using var examples = JsonDocument.Parse(await File.ReadAllBytesAsync(ExamplesPath(), Token));
        var sent = 0;
        foreach (var webhook in examples.RootElement.EnumerateArray())
        {
            var eventName = webhook.GetProperty("name").GetString()!;
            foreach (var example in webhook.GetProperty("examples").EnumerateArray())
            {
                var (status, body, _) = await stage.SendAsync(stage.Delivery(example.GetRawText(), eventName, $"example-{sent++}"));
                status.ShouldBe(202, $"{eventName}: {body}");
            }
        }

        sent.ShouldBeGreaterThan(300);
        (await stage.Processor.DrainAsync(Token)).ShouldBe(sent);
        (await stage.Inbox.CountPendingAsync(Token)).ShouldBe(0);
        stage.Logs.GetSnapshot().ShouldAllBe(record => record.Exception == null);
    }

    internal static string ExamplesPath()
    {
        var npm = Environment.GetEnvironmentVariable("CLAUDE_BOT_NPM");
        if (string.IsNullOrEmpty(npm))
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "ClaudeBot.slnx")))
                root = root.Parent;
            npm = Path.Combine(root!.FullName, "artifacts", "npm", "node_modules");
        }

        return Path.Combine(npm, "@octokit", "webhooks-examples", "api.github.com", "index.json");
    }
}
