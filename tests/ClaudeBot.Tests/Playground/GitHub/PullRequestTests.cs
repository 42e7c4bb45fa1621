using System.Text.Json.Nodes;

namespace ClaudeBot.Tests.Playground.GitHub;

public sealed class PullRequestTests
{
    private const string Pulls = "repos/octo/shop/pulls";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issues_and_pull_requests_share_their_numbers_and_the_list_of_issues()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "First", null, [], Cancelled);
        await playground.PushBranchAsync("topic", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        (await OpenAsync(wendy))["number"]!.GetValue<int>().ShouldBe(2);

        var issues = (await wendy.GetJsonAsync("repos/octo/shop/issues", Cancelled)).AsArray();
        issues.Select(issue => (issue!["number"]!.GetValue<int>(), issue["pull_request"] is not null)).ShouldBe([(2, true), (1, false)]);
    }

    [Fact]
    public async Task A_second_pull_request_and_one_without_commits_are_refused_with_GitHubs_sentences()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.PushBranchAsync("topic", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await OpenAsync(wendy);
        var second = await wendy.SendJsonAsync(HttpMethod.Post, Pulls, new { title = "T", head = "topic", @base = "main" }, 422, Cancelled);
        second["message"]!.GetValue<string>().ShouldBe("Validation Failed");
        second["errors"]![0]!["message"]!.GetValue<string>().ShouldBe("A pull request already exists for octo:topic.");

        await wendy.SendJsonAsync(HttpMethod.Post, "repos/octo/shop/git/refs", new { @ref = "refs/heads/same", sha = playground.Repository.Branch("main") }, 201, Cancelled);
        var empty = await wendy.SendJsonAsync(HttpMethod.Post, Pulls, new { title = "T", head = "same", @base = "main" }, 422, Cancelled);
        empty["errors"]![0]!["message"]!.GetValue<string>().ShouldBe("No commits between main and same");
    }

    [Fact]
    public async Task A_pull_request_follows_its_branch_and_its_merge_closes_the_issue()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "First", null, [], Cancelled);
        await playground.PushBranchAsync("topic", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await OpenAsync(wendy, "Fixes #1.");
        var head = await playground.PushBranchAsync("topic", "newer.txt", "y\nz\n", Cancelled);

        var pull = await wendy.GetJsonAsync($"{Pulls}/2", Cancelled);
        pull["head"]!["sha"]!.GetValue<string>().ShouldBe(head);
        pull["additions"]!.GetValue<int>().ShouldBe(2);
        pull["mergeable"]!.GetValue<bool>().ShouldBeTrue();
        var file = (await wendy.GetJsonAsync($"{Pulls}/2/files", Cancelled)).AsArray().ShouldHaveSingleItem()!;
        file["patch"]!.GetValue<string>().ShouldBe("@@ -0,0 +1,2 @@\n+y\n+z");

        await wendy.SendJsonAsync(HttpMethod.Put, $"{Pulls}/2/merge", new { sha = head }, 200, Cancelled);
        (await playground.Host.GitHub.ReadFileAsync(PlaygroundFixture.Shop, "main", "newer.txt", Cancelled)).ShouldBe("y\nz\n");
        var issue = playground.Repository.Issues[1];
        issue.State.ShouldBe("closed");
        issue.Events.Last().Kind.ShouldBe("closed");
        issue.Events.Last().Actor.Login.ShouldBe("wendy");
        (await wendy.GetJsonAsync($"{Pulls}/2", Cancelled))["merged"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_conflict_is_no_merge_and_a_moved_head_is_a_conflict_of_its_own()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.PushBranchAsync("topic", "src/price.txt", "four\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await OpenAsync(wendy);
        await wendy.SendJsonAsync(HttpMethod.Put, $"{Pulls}/1/merge", new { sha = playground.Repository.Branch("main") }, 409, Cancelled);
        await playground.PushBranchAsync("main", "src/price.txt", "five\n", Cancelled);

        var pull = await wendy.GetJsonAsync($"{Pulls}/1", Cancelled);
        pull["mergeable"]!.GetValue<bool>().ShouldBeFalse();
        pull["mergeable_state"]!.GetValue<string>().ShouldBe("dirty");
        await wendy.SendJsonAsync(HttpMethod.Put, $"{Pulls}/1/merge", new { }, 405, Cancelled);
    }

    [Fact]
    public async Task Pull_requests_are_found_by_head_and_state()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.PushBranchAsync("topic", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await OpenAsync(wendy);
        (await wendy.GetJsonAsync($"{Pulls}?head=octo:topic&state=all", Cancelled)).AsArray().Count.ShouldBe(1);
        (await wendy.GetJsonAsync($"{Pulls}?head=octo:other&state=all", Cancelled)).AsArray().ShouldBeEmpty();
        await playground.Host.GitHub.CloseAsync(PlaygroundFixture.Shop, 1, "octo", Cancelled);
        (await wendy.GetJsonAsync($"{Pulls}?head=octo:topic", Cancelled)).AsArray().ShouldBeEmpty();
        (await wendy.GetJsonAsync($"{Pulls}?head=octo:topic&state=closed", Cancelled)).AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_status_of_a_branch_with_slashes_is_found_by_its_name()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        var sha = await playground.PushBranchAsync("bot/issue-1-x", "new.txt", "x\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, $"repos/octo/shop/statuses/{sha}", new { state = "failure", context = "ci" }, 201, Cancelled);
        foreach (var name in new[] { "bot/issue-1-x", "bot%2Fissue-1-x" })
        {
            (await wendy.GetJsonAsync($"repos/octo/shop/commits/{name}/status", Cancelled))["state"]!.GetValue<string>().ShouldBe("failure");
        }
    }

    private static Task<JsonNode> OpenAsync(HttpClient client, string body = "B") =>
        client.SendJsonAsync(HttpMethod.Post, Pulls, new { title = "T", body, head = "topic", @base = "main" }, 201, Cancelled);
}
