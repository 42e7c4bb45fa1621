using System.Text.Json.Nodes;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class StatusPagesTests
{
    private const string Evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_from_outside_are_shown_as_text()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, Evil);
        await ledger.Events.AppendAsync("task.queued", Evil, task.Id, null, Evil, Cancellation);
        await using var lab = await StatusWebLab.StartAsync(ledger);
        (await lab.ReportAsync("claude-bot", new JsonObject { ["status"] = Evil, ["repository"] = Evil, ["error"] = Evil, ["recent_activity"] = new JsonArray(new JsonObject { ["title"] = Evil }) }.ToJsonString())).Dispose();

        foreach (var page in new[] { "/", $"/tasks/{task.Id}" })
        {
            var html = await lab.ReadAsync(page);
            html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
            html.ShouldNotContain("<script>");
            html.ShouldNotContain("<img");
        }
    }

    [Fact]
    public async Task A_page_lets_the_webs_own_file_run_and_nothing_else()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var page = await lab.GetAsync("/");
        var policy = page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();

        policy.ShouldStartWith("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'");
        policy.ShouldContain("require-trusted-types-for 'script'; trusted-types 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        foreach (var (header, value) in new[]
        {
            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp"),
        })
        {
            page.Headers.GetValues(header).ShouldHaveSingleItem().ShouldBe(value);
        }

        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        page.Headers.GetValues("Permissions-Policy").ShouldHaveSingleItem().ShouldContain("camera=()");
        (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("No Bot Status Available");
        using var style = await lab.GetAsync("/status.css");
        style.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
    }

    [Fact]
    public async Task The_overview_links_tasks_issues_and_pull_requests_and_counts()
    {
        await using var ledger = SqliteLedgers.Create();
        await StatusTasks.AddAsync(ledger, 7, "Fix the till");
        var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Cancellation))!;
        await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done", PullRequestNumber = 9, PullRequestUrl = "https://github.com/acme/shop/pull/9" }, Cancellation);
        await StatusTasks.AddAsync(ledger, 8, "Paint the door");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        lab.Time.SetUtcNow(ledger.Time.GetUtcNow() > StatusWebLab.Start ? ledger.Time.GetUtcNow() : StatusWebLab.Start);

        var html = await lab.ReadAsync("/");

        html.ShouldContain($"href=\"/tasks/{lease.Id}\"");
        html.ShouldContain("href=\"https://github.com/acme/shop/issues/7\"");
        html.ShouldContain("href=\"https://github.com/acme/shop/pull/9\"");
        html.ShouldContain("<dt>Queued Tasks</dt><dd>1</dd>");
        (await lab.ReadAsync($"/tasks/{lease.Id}")).ShouldContain("Fix the till");
        using var unknown = await lab.GetAsync("/tasks/nothing");
        unknown.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://evil.example/acme/shop/pull/9")]
    [InlineData("https://github.com@evil.example/")]
    [InlineData("https://me@github.com/acme/shop/pull/9")]
    [InlineData("http://github.com/acme/shop/pull/9")]
    [InlineData("https://github.com:8443/acme/shop/pull/9")]
    public async Task A_pull_request_link_that_leads_elsewhere_than_to_the_GitHub_server_is_left_out(string url)
    {
        await using var ledger = SqliteLedgers.Create();
        await StatusTasks.AddAsync(ledger, 7, "Fix the till");
        var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Cancellation))!;
        await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done", PullRequestNumber = 9, PullRequestUrl = url }, Cancellation);
        await using var lab = await StatusWebLab.StartAsync(ledger);

        (await lab.ReadAsync("/")).ShouldNotContain(url);
        JsonNode.Parse(await lab.ReadAsync($"/api/tasks/{lease.Id}"))!["task"]!["pull_request_url"].ShouldBeNull();
    }

    [Fact]
    public async Task Tasks_are_given_in_pages_without_gap_or_repetition()
    {
        await using var ledger = SqliteLedgers.Create();
        foreach (var issue in Enumerable.Range(1, 5))
            await StatusTasks.AddAsync(ledger, issue, $"Task {issue}");
        await using var lab = await StatusWebLab.StartAsync(ledger);

        var issues = new List<int>();
        string? next = "";
        while (next is not null)
        {
            var page = JsonNode.Parse(await lab.ReadAsync($"/api/tasks?limit=2&before={next}"))!;
            issues.AddRange(page["tasks"]!.AsArray().Select(task => task!["issue"]!.GetValue<int>()));
            next = page["next"]?.GetValue<string>();
        }

        issues.Order().ShouldBe([1, 2, 3, 4, 5]);
        (await lab.ReadAsync("/api/tasks?state=odd")).ShouldContain("error");
        JsonNode.Parse(await lab.ReadAsync("/api/tasks?state=needs_input"))!["count"]!.GetValue<int>().ShouldBe(0);
    }
}
