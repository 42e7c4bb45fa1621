using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ClaudeBot.Tests.Playground.GitHub;

public sealed class WebhookTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliveries_are_signed_and_carry_GitHubs_headers()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await using var door = await HookReceiver.StartAsync(Cancelled);
        var hook = await playground.Host.GitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "grün", [], Cancelled);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Cancelled);

        var (headers, body) = door.Received.ShouldHaveSingleItem();
        headers["X-GitHub-Event"].ToString().ShouldBe("ping");
        headers["X-GitHub-Hook-ID"].ToString().ShouldBe(hook.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        headers["User-Agent"].ToString().ShouldStartWith("GitHub-Hookshot/");
        headers["Content-Type"].ToString().ShouldBe("application/json");
        Guid.TryParse(headers["X-GitHub-Delivery"], out _).ShouldBeTrue();
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes("grün"), Encoding.UTF8.GetBytes(body));
        headers["X-Hub-Signature-256"].ToString().ShouldBe($"sha256={Convert.ToHexStringLower(expected)}");
        JsonNode.Parse(body)!["hook_id"]!.GetValue<long>().ShouldBe(hook.Id);
    }

    [Fact]
    public async Task The_life_of_an_issue_and_its_pull_request_is_told_in_order()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await using var door = await HookReceiver.StartAsync(Cancelled);
        var gitHub = playground.Host.GitHub;
        await gitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "s", [], Cancelled);
        await gitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "First", "B", ["claude-bot"], Cancelled);
        await gitHub.CommentAsync(PlaygroundFixture.Shop, 1, "octo", "Hello", Cancelled);
        await playground.PushBranchAsync("topic", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, "repos/octo/shop/pulls", new { title = "T", body = "Closes #1", head = "topic", @base = "main" }, 201, Cancelled);
        await playground.PushBranchAsync("topic", "newer.txt", "y\n", Cancelled);
        await gitHub.ReviewAsync(PlaygroundFixture.Shop, 2, "octo", "REQUEST_CHANGES", "Please", Cancelled);
        await gitHub.NoteAsync(PlaygroundFixture.Shop, 2, "octo", "newer.txt", 1, "Why?", Cancelled);
        await gitHub.MergeAsync(PlaygroundFixture.Shop, 2, "octo", Cancelled);
        await gitHub.UnlabelAsync(PlaygroundFixture.Shop, 1, "octo", "claude-bot", Cancelled);
        await gitHub.WhenHooksDeliveredAsync(Cancelled);

        door.Received.Select(delivery => $"{delivery.Headers["X-GitHub-Event"]} {JsonNode.Parse(delivery.Body)!["action"]}".TrimEnd()).ShouldBe(
        [
            "ping", "issues opened", "issues labeled", "issue_comment created", "push", "pull_request opened", "push", "pull_request synchronize",
            "pull_request_review submitted", "pull_request_review_comment created", "pull_request closed", "push", "issues closed", "issues unlabeled",
        ]);
        var labeled = JsonNode.Parse(door.Received.ElementAt(2).Body)!;
        labeled["label"]!["name"]!.GetValue<string>().ShouldBe("claude-bot");
        labeled["sender"]!["login"]!.GetValue<string>().ShouldBe("octo");
        labeled["repository"]!["full_name"]!.GetValue<string>().ShouldBe("octo/shop");
        JsonNode.Parse(door.Received.ElementAt(10).Body)!["pull_request"]!["merged"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_redelivery_has_the_id_and_body_of_the_first()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await using var door = await HookReceiver.StartAsync(Cancelled);
        var hook = await playground.Host.GitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "s", ["issues"], Cancelled);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Cancelled);
        using var octo = playground.Client("octo");
        var id = (await octo.GetJsonAsync($"repos/octo/shop/hooks/{hook.Id}/deliveries", Cancelled))[0]!["id"];
        await octo.SendJsonAsync(HttpMethod.Post, $"repos/octo/shop/hooks/{hook.Id}/deliveries/{id}/attempts", new { }, 202, Cancelled);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(Cancelled);

        door.Ids.Length.ShouldBe(2);
        door.Ids.Distinct().ShouldHaveSingleItem();
        door.Received.Select(delivery => delivery.Body).Distinct().ShouldHaveSingleItem();
        var log = await octo.GetJsonAsync($"repos/octo/shop/hooks/{hook.Id}/deliveries", Cancelled);
        log.AsArray().Select(delivery => delivery!["redelivery"]!.GetValue<bool>()).ShouldBe([true, false]);
        log[0]!["status_code"]!.GetValue<int>().ShouldBe(202);
    }

    [Fact]
    public async Task Deliveries_can_be_dropped_doubled_and_swapped()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await using var door = await HookReceiver.StartAsync(Cancelled);
        var gitHub = playground.Host.GitHub;
        await gitHub.AddHookAsync(PlaygroundFixture.Shop, door.Url, "s", ["issues"], Cancelled);
        await gitHub.WhenHooksDeliveredAsync(Cancelled);

        gitHub.HookKnobs.DropRate = 1;
        await gitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "Dropped", null, [], Cancelled);
        await gitHub.WhenHooksDeliveredAsync(Cancelled);
        door.Events.ShouldBe(["ping"]);

        (gitHub.HookKnobs.DropRate, gitHub.HookKnobs.DuplicateRate) = (0, 1);
        await gitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "Doubled", null, [], Cancelled);
        await gitHub.WhenHooksDeliveredAsync(Cancelled);
        door.Ids.Length.ShouldBe(3);
        door.Ids[1].ShouldBe(door.Ids[2]);

        (gitHub.HookKnobs.DuplicateRate, gitHub.HookKnobs.ReorderRate) = (0, 0.5);
        gitHub.HookKnobs.Seed = 7;
        foreach (var number in Enumerable.Range(3, 20))
        {
            await gitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", $"{number}", null, [], Cancelled);
        }

        await gitHub.WhenHooksDeliveredAsync(Cancelled);
        var numbers = door.Received.Skip(3).Select(delivery => JsonNode.Parse(delivery.Body)!["issue"]!["number"]!.GetValue<int>()).ToArray();
        numbers.Order().ShouldBe(Enumerable.Range(3, 20));
    }
}
