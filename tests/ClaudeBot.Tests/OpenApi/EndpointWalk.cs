using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Playground.GitHub;

namespace ClaudeBot.Tests.OpenApi;

/// <summary>Uses every endpoint of the playground at least once, as a bot and a person would in a day's work.</summary>
internal sealed class EndpointWalk(PlaygroundFixture playground, CancellationToken cancelled)
{
    private const string Repo = "repos/octo/shop";
    private readonly HttpClient wendy = playground.Client("wendy");
    private readonly HttpClient octo = playground.Client("octo");

    public async Task RunAsync()
    {
        await WalkPeopleAsync();
        await WalkIssuesAsync();
        await WalkCommentsAsync();
        await WalkGitAsync();
        await WalkPullAsync();
        await WalkHooksAsync();
        await WalkAppAsync();
        await WalkRefusalsAsync();
    }

    private async Task WalkPeopleAsync()
    {
        await ReadAsync("", "user", "user/repos", "users/octo", "users/octo/repos", "rate_limit", "meta");
        await ReadAsync(
            Repo, $"{Repo}/branches", $"{Repo}/branches/main", $"{Repo}/assignees", $"{Repo}/collaborators",
            $"{Repo}/collaborators/wendy/permission", $"{Repo}/collaborators/rhea/permission");
        (await wendy.GetAsync($"{Repo}/assignees/wendy", cancelled)).EnsureSuccessStatusCode().Dispose();
    }

    private async Task WalkIssuesAsync()
    {
        await SendAsync("POST", "labels", new { name = "bug", color = "d73a4a", description = "Broken" }, 201);
        await SendAsync("POST", "issues", new { title = "First", body = "B", labels = new[] { "bug" }, assignees = new[] { "wendy" } }, 201);
        await SendAsync("PATCH", "issues/1", new { title = "First, renamed", state = "closed", state_reason = "not_planned" }, 200);
        await SendAsync("PATCH", "issues/1", new { state = "open" }, 200);
        await SendAsync("POST", "issues/1/labels", new { labels = new[] { "claude-bot", "odd name & more" } }, 200);
        await SendAsync("DELETE", "issues/1/labels/odd%20name%20%26%20more", null, 200);
        await SendAsync("PUT", "issues/1/labels", new { labels = new[] { "bug", "claude-bot" } }, 200);
        await SendAsync("POST", "issues/1/assignees", new { assignees = new[] { "octo" } }, 201);
        await SendAsync("DELETE", "issues/1/assignees", new { assignees = new[] { "wendy" } }, 200);
        await SendAsync("POST", "issues/1/reactions", new { content = "eyes" }, 201);
        await ReadAsync(
            $"{Repo}/labels", $"{Repo}/labels/bug", $"{Repo}/issues?state=all&labels=bug,claude-bot&sort=updated&direction=asc&since=2020-01-01T00:00:00Z&per_page=5&page=1",
            $"{Repo}/issues/1", $"{Repo}/issues/1/labels", $"{Repo}/issues/1/reactions", $"{Repo}/issues/1/events", $"{Repo}/issues/1/dependencies/blocked_by");
        await SendAsync("DELETE", "issues/1/labels", null, 204);
    }

    private async Task WalkCommentsAsync()
    {
        var comment = (await SendAsync("POST", "issues/1/comments", new { body = "Hello" }, 201))["id"]!.ToString();
        await SendAsync("PATCH", $"issues/comments/{comment}", new { body = "Hello again" }, 200);
        await SendAsync("POST", $"issues/comments/{comment}/reactions", new { content = "+1" }, 201);
        await SendAsync("POST", $"issues/comments/{comment}/reactions", new { content = "+1" }, 200);
        await ReadAsync(
            $"{Repo}/issues/1/comments?since=2020-01-01T00:00:00Z", $"{Repo}/issues/comments", $"{Repo}/issues/comments/{comment}",
            $"{Repo}/issues/comments/{comment}/reactions", $"{Repo}/issues/1/timeline");
        await SendAsync("DELETE", $"issues/comments/{comment}", null, 204);
    }

    private async Task WalkGitAsync()
    {
        var main = playground.Repository.Branch("main");
        var topic = await playground.PushBranchAsync("bot/topic", "new.txt", "one\n", cancelled);
        await SendAsync("POST", "git/refs", new { @ref = "refs/heads/copy", sha = main }, 201);
        await SendAsync("POST", "git/refs", new { @ref = "refs/heads/copy", sha = main }, 422);
        await SendAsync("PATCH", "git/refs/heads/copy", new { sha = topic, force = false }, 200);
        await ReadAsync(
            $"{Repo}/git/ref/heads/copy", $"{Repo}/git/ref/heads%2Fbot%2Ftopic", $"{Repo}/git/matching-refs/heads/bot", $"{Repo}/commits", $"{Repo}/commits/{topic}",
            $"{Repo}/commits/bot%2Ftopic", $"{Repo}/compare/main...bot%2Ftopic", $"{Repo}/contents/README.md?ref=main", $"{Repo}/contents/src");
        await SendAsync("DELETE", "git/refs/heads/copy", null, 204);
    }

    private async Task WalkPullAsync()
    {
        var head = playground.Repository.Branch("bot/topic");
        await SendAsync("POST", "pulls", new { title = "Topic", body = "Fixes #1", head = "bot/topic", @base = "main", draft = true }, 201);
        await SendAsync("POST", "pulls", new { title = "Topic", head = "bot/topic", @base = "main" }, 422);
        await playground.Host.GitHub.MarkReadyAsync(PlaygroundFixture.Shop, 2, "wendy", cancelled);
        await SendAsync("PATCH", "pulls/2", new { title = "Topic, renamed", body = "Fixes #1" }, 200);
        await SendAsync("POST", $"statuses/{head}", new { state = "success", context = "ci", description = "fine", target_url = "https://example.test/" }, 201);
        var run = await SendAsync("POST", "check-runs", new { name = "tests", head_sha = head, conclusion = "success", output = new { title = "T", summary = "S" } }, 201);
        var review = await SendAsync(octo, "POST", "pulls/2/reviews", new { body = "Please", @event = "REQUEST_CHANGES", comments = new[] { new { path = "new.txt", line = 1, body = "Here" } } }, 200);
        var note = await SendAsync(octo, "POST", "pulls/2/comments", new { body = "Why?", path = "new.txt", line = 1, side = "RIGHT", commit_id = head }, 201);
        await SendAsync("POST", $"pulls/2/comments/{note["id"]}/replies", new { body = "Because." }, 201);
        await SendAsync("PATCH", $"pulls/comments/{note["id"]}", new { body = "Because, and again." }, 200);
        await ReadAsync(
            $"{Repo}/pulls?state=open&head=octo:bot/topic&base=main", $"{Repo}/pulls/2", $"{Repo}/pulls/2/files", $"{Repo}/pulls/2/commits", $"{Repo}/pulls/2/reviews",
            $"{Repo}/pulls/2/reviews/{review["id"]}", $"{Repo}/pulls/2/reviews/{review["id"]}/comments", $"{Repo}/pulls/2/comments", $"{Repo}/pulls/comments/{note["id"]}",
            $"{Repo}/commits/{head}/statuses", $"{Repo}/commits/{head}/status", $"{Repo}/commits/{head}/check-runs", $"{Repo}/check-runs/{run["id"]}",
            $"{Repo}/issues/2", $"{Repo}/issues?state=all", $"{Repo}/issues/2/timeline");
        await SendAsync("POST", $"check-runs/{run["id"]}/rerequest", null, 201);
        var job = await playground.Host.GitHub.EndJobAsync(PlaygroundFixture.Shop, head!, "build", "failure", "It broke.\n", cancelled);
        (await wendy.GetStringAsync($"{Repo}/actions/jobs/{job.Id}/logs", cancelled)).ShouldBe("It broke.\n");
        await ReadAsync($"{Repo}/commits/{head}/check-runs?filter=latest");
        await SendAsync("POST", $"actions/jobs/{job.Id}/rerun", null, 201);
        await SendAsync("PUT", "pulls/2/merge", new { merge_method = "squash", sha = head }, 200);
        (await wendy.GetAsync($"{Repo}/pulls/2/merge", cancelled)).EnsureSuccessStatusCode().Dispose();
        await ReadAsync($"{Repo}/pulls?state=closed", $"{Repo}/pulls/2", $"{Repo}/issues/1/events");
    }

    private async Task WalkHooksAsync()
    {
        // Nobody listens there: a delivery that failed must keep to the description too.
        var hook = await SendAsync(octo, "POST", "hooks", new { name = "web", active = true, events = new[] { "issues" }, config = new { url = "http://127.0.0.1:9/hook", content_type = "json", secret = "s" } }, 201);
        await SendAsync(octo, "POST", $"hooks/{hook["id"]}/pings", null, 204);
        await playground.Host.GitHub.WhenHooksDeliveredAsync(cancelled);
        await octo.GetJsonAsync($"{Repo}/hooks", cancelled);
        await octo.GetJsonAsync($"{Repo}/hooks/{hook["id"]}", cancelled);
        var deliveries = await octo.GetJsonAsync($"{Repo}/hooks/{hook["id"]}/deliveries?per_page=10", cancelled);
        await octo.GetJsonAsync($"{Repo}/hooks/{hook["id"]}/deliveries/{deliveries[0]!["id"]}", cancelled);
        await SendAsync(octo, "POST", $"hooks/{hook["id"]}/deliveries/{deliveries[0]!["id"]}/attempts", null, 202);
        await SendAsync(octo, "DELETE", $"hooks/{hook["id"]}", null, 204);
    }

    private async Task WalkAppAsync()
    {
        using var key = RSA.Create(2048);
        var gitHub = playground.Host.GitHub;
        var app = gitHub.AddApp("helper", "octo", key.ExportSubjectPublicKeyInfoPem());
        gitHub.InstallApp(app, PlaygroundFixture.Shop);
        gitHub.SetAppHook(app, new Uri("http://127.0.0.1:9/hook"), "s", ["issues"]);
        await gitHub.LabelAsync(PlaygroundFixture.Shop, 1, "octo", "of-the-app", cancelled);
        await gitHub.WhenHooksDeliveredAsync(cancelled);
        using var credential = new AppCredential(
            $"{app.Id}",
            new SecretSource("GITHUB_APP_PRIVATE_KEY", key.ExportRSAPrivateKeyPem, new SecretMask()),
            new GitHubOptions { ApiUrl = playground.Host.ApiUrl, Token = new SecretSource("GITHUB_TOKEN", () => null, new SecretMask()) },
            TimeProvider.System);
        (await credential.DescribeAsync(cancelled)).Installations.ShouldHaveSingleItem().Permissions["contents"].ShouldBe("write");
        (await credential.ListRepositoriesAsync(cancelled)).ShouldBe([RepositoryName.Parse(PlaygroundFixture.Shop)]);
        await credential.AsApp.GetAsync<object>($"{Repo}/installation", cancelled);
        var delivery = (await credential.AsApp.ListAsync<Dictionary<string, object>>("app/hook/deliveries?per_page=1", cancelled)).Items[0]["id"];
        await credential.AsApp.GetAsync<object>($"app/hook/deliveries/{delivery}", cancelled);
        await credential.AsApp.PostAsync($"app/hook/deliveries/{delivery}/attempts", cancelled);
    }

    private async Task WalkRefusalsAsync()
    {
        using var rhea = playground.Client("rhea");
        using var stranger = playground.Client("stranger");
        await SendAsync(rhea, "POST", "issues/1/labels", new { labels = new[] { "bug" } }, 403);
        (await stranger.GetAsync(Repo, cancelled)).Dispose();
        (await rhea.GetAsync("repos/octo/nothing", cancelled)).Dispose();
        await SendAsync("POST", "issues", new { title = new string('x', 300) }, 422);
        playground.Repository.HasIssues = false;
        await SendAsync("POST", "issues", new { title = "T" }, 410);
    }

    private async Task ReadAsync(params string[] paths)
    {
        foreach (var path in paths)
        {
            await wendy.GetJsonAsync(path, cancelled);
        }
    }

    private Task<JsonNode> SendAsync(string method, string path, object? body, int status) => SendAsync(wendy, method, path, body, status);

    private Task<JsonNode> SendAsync(HttpClient client, string method, string path, object? body, int status) =>
        client.SendJsonAsync(new HttpMethod(method), $"{Repo}/{path}", body, status, cancelled);
}
