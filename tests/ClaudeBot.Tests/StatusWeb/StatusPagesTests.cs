using System.Text.Json.Nodes;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class StatusPagesTests
{
    private const string Evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

    private static readonly RepositoryName Repository = RepositoryName.Parse("acme/shop");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_from_outside_are_shown_as_text()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await AddAsync(ledger, 1, Evil);
        await ledger.Events.AppendAsync("task.queued", Evil, task.Id, null, Evil, Cancellation);
        await using var lab = await StatusWebLab.StartAsync(services => Plug(services, ledger));
        (await lab.ReportAsync("claude-bot", new JsonObject { ["status"] = Evil, ["repository"] = Evil, ["error"] = Evil, ["recent_activity"] = new JsonArray(new JsonObject { ["title"] = Evil }) }.ToJsonString())).Dispose();

        foreach (var page in new[] { "/", $"/tasks/{task.Id}" })
        {
            var html = await lab.ReadAsync(page);
            html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
            html.ShouldNotContain("<script");
            html.ShouldNotContain("<img");
        }
    }

    [Fact]
    public async Task A_page_forbids_script_and_inline_style()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var page = await lab.GetAsync("/");
        var policy = page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();

        policy.ShouldStartWith("default-src 'none'; style-src 'self'");
        policy.ShouldNotContain("unsafe");
        (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("No Bot Status Available");
        using var style = await lab.GetAsync("/status.css");
        style.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
    }

    [Fact]
    public async Task The_overview_links_tasks_issues_and_pull_requests_and_counts()
    {
        await using var ledger = SqliteLedgers.Create();
        await AddAsync(ledger, 7, "Fix the till");
        var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Cancellation))!;
        await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done", PullRequestNumber = 9, PullRequestUrl = "https://github.com/acme/shop/pull/9" }, Cancellation);
        await AddAsync(ledger, 8, "Paint the door");
        await using var lab = await StatusWebLab.StartAsync(services => Plug(services, ledger));
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

    [Fact]
    public async Task A_pull_request_link_that_would_run_script_is_left_out()
    {
        await using var ledger = SqliteLedgers.Create();
        await AddAsync(ledger, 7, "Fix the till");
        var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Cancellation))!;
        await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done", PullRequestNumber = 9, PullRequestUrl = "javascript:alert(1)" }, Cancellation);
        await using var lab = await StatusWebLab.StartAsync(services => Plug(services, ledger));

        (await lab.ReadAsync("/")).ShouldNotContain("javascript:");
        JsonNode.Parse(await lab.ReadAsync($"/api/tasks/{lease.Id}"))!["task"]!["pull_request_url"].ShouldBeNull();
    }

    [Fact]
    public async Task Tasks_are_given_in_pages_without_gap_or_repetition()
    {
        await using var ledger = SqliteLedgers.Create();
        foreach (var issue in Enumerable.Range(1, 5))
            await AddAsync(ledger, issue, $"Task {issue}");
        await using var lab = await StatusWebLab.StartAsync(services => Plug(services, ledger));

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

    private static void Plug(IServiceCollection services, LedgerUnderTest ledger) => services
        .AddSingleton<ITaskQueue>(ledger.Queue).AddSingleton<IRunJournal>(ledger.Journal).AddSingleton<IEventLog>(ledger.Events);

    private static async Task<QueuedTask> AddAsync(LedgerUnderTest ledger, int issue, string title)
    {
        var result = await ledger.Queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Issue, Repository = Repository, IssueNumber = issue, Title = title, Description = title, RequestedBy = "ann", ObservedAt = ledger.Time.GetUtcNow() },
            Cancellation);
        return result.ShouldBeOfType<EnqueueResult.Added>().Task;
    }
}
