using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using ClaudeBot.Hosting;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Hosting;
using ClaudeBot.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Operations.Monitoring;

public sealed class MetricsTests : IDisposable
{
    /// <summary>What operators, dashboards and alerts rely on: types, names, labels. A line that goes breaks somebody's page.</summary>
    private static readonly string[][] Promised =
    [
        ["counter", "claude_bot_tasks_total", "status=success|error", "task_type=issue|pr_feedback|manual"],
        ["histogram", "claude_bot_task_duration_seconds", "task_type=issue|pr_feedback|manual"],
        ["histogram", "claude_bot_pickup_seconds"],
        ["gauge", "claude_bot_tasks_queued", "priority=low|medium|high|urgent"],
        ["gauge", "claude_bot_tasks_due"],
        ["gauge", "claude_bot_running_tasks"],
        ["gauge", "claude_bot_dead_tasks"],
        ["gauge", "claude_bot_queue_paused"],
        ["counter", "claude_bot_api_calls_total", "api=github|anthropic|web_dashboard", "status=success|error"],
        ["histogram", "claude_bot_api_duration_seconds", "api=github|anthropic|web_dashboard"],
        ["gauge", "claude_bot_api_rate_limit_remaining", "api=github|anthropic"],
        ["gauge", "claude_bot_api_rate_limit_limit", "api=github|anthropic"],
        ["gauge", "claude_bot_api_rate_limit_reset_timestamp_seconds", "api=github|anthropic"],
        ["counter", "claude_bot_errors_total", "error_type=task_failed", "component=queue"],
        ["counter", "claude_bot_errors_total", "error_type=auth_failed", "component=github"],
        ["counter", "claude_bot_errors_total", "error_type=key_refused|no_key", "component=gateway"],
        ["gauge", "claude_bot_circuit_breaker_state", "service=github|anthropic"],
        ["gauge", "claude_bot_memory_usage_bytes"],
        ["counter", "claude_bot_cpu_seconds_total"],
        ["gauge", "claude_bot_disk_free_bytes"],
        ["gauge", "claude_bot_disk_size_bytes"],
        ["gauge", "claude_bot_disk_floor_bytes"],
        ["gauge", "claude_bot_uptime_seconds"],
        ["gauge", "claude_bot_start_time_seconds"],
        ["gauge", "claude_bot_health"],
        ["counter", "claude_bot_git_operations_total", "operation=fetch|push|ls-remote", "status=success|error"],
        ["counter", "claude_bot_pr_created_total", "repository=acme/shop"],
        ["counter", "claude_bot_commits_total", "repository=acme/shop"],
        ["counter", "claude_bot_tokens_total", "kind=input|output|cache_read|cache_write", "model=claude-of-tests"],
        ["counter", "claude_bot_cost_usd_total", "repository=acme/shop"],
        ["gauge", "claude_bot_day_spend_usd"],
        ["gauge", "claude_bot_day_budget_usd"],
        ["counter", "claude_bot_webhook_deliveries_total", "event=issues|issue_comment|ping|other", "outcome=stored|known|not_stored"],
        ["counter", "claude_bot_webhook_deliveries_total", "event=unverified", "outcome=bad_signature|too_large|wrong_type|overload|malformed"],
        ["gauge", "claude_bot_pending_deliveries"],
        ["counter", "claude_bot_missed_events_recovered_total"],
        ["gauge", "claude_bot_last_poll_success_timestamp_seconds"],
        ["gauge", "claude_bot_poll_interval_seconds"],
        ["counter", "claude_bot_corrupted_files_total"],
    ];

    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Every_promised_series_is_there_before_anything_happened()
    {
        // A worker without a task calls nobody.
        await using var host = await StartAsync(BotRole.Worker);
        var scrape = await Scrape.OfAsync(host);
        await host.StopAsync(Token);

        foreach (var (type, name, labels) in Promised.Select(row => (row[0], row[1], row[2..])))
        {
            scrape.Text.ShouldContain($"# TYPE {name} {type}\n");
            foreach (var series in Combinations(labels))
            {
                var value = scrape[type == "histogram" ? name + "_count" : name, series];
                if (type != "gauge" && name != "claude_bot_cpu_seconds_total")
                    value.ShouldBe(0, $"{name}{{{series}}}");
                if (type == "histogram")
                    scrape.Text.ShouldContain($"{name}_bucket{{{series}{(series.Length > 0 ? "," : "")}bot_id=\"bot-of-tests\",le=\"+Inf\"}} 0\n");
            }
        }
    }

    [Fact]
    public async Task The_gauges_of_the_process_and_of_its_health_tell_the_truth_at_the_first_look()
    {
        await using var host = await StartAsync();
        var scrape = await Scrape.OfAsync(host);
        await host.StopAsync(Token);

        scrape["claude_bot_health"].ShouldBe(1);
        scrape["claude_bot_memory_usage_bytes"].ShouldBeGreaterThan(10 << 20);
        scrape["claude_bot_cpu_seconds_total"].ShouldBeGreaterThan(0);
        scrape["claude_bot_disk_free_bytes"].ShouldBeInRange(1, scrape["claude_bot_disk_size_bytes"]);
        scrape["claude_bot_disk_floor_bytes"].ShouldBe(512 << 20);
        scrape["claude_bot_poll_interval_seconds"].ShouldBe(900);
        scrape["claude_bot_day_budget_usd"].ShouldBe(200);
    }

    [Fact]
    public async Task What_is_counted_in_one_host_is_not_seen_in_another_of_the_same_process()
    {
        await using var host = await StartAsync();
        host.Services.GetRequiredService<MissedEvents>().Count();
        host.Services.GetRequiredService<MissedEvents>().Count();
        using var otherRoom = new HostRoom();
        await using var other = otherRoom.Build(BotRole.Worker);
        await other.StartAsync(Token);

        (await Scrape.OfAsync(host))["claude_bot_missed_events_recovered_total"].ShouldBe(2);
        (await Scrape.OfAsync(other))["claude_bot_missed_events_recovered_total"].ShouldBe(0);
        (await Scrape.OfAsync(other))["claude_bot_poll_interval_seconds"].ShouldBe(0, "a worker does not poll");

        await host.StopAsync(Token);
        await other.StopAsync(Token);
    }

    [Fact]
    public async Task A_delivery_is_counted_by_its_event_and_by_what_became_of_it_and_a_stranger_makes_no_new_series()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();
        var door = new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<Doors>().Ports[Door.Webhooks]}/webhooks/github");
        var before = (await Scrape.OfAsync(host)).Series;
        async Task<HttpStatusCode> SendAsync(string id, string name, string secret)
        {
            var body = """{"zen":"Keep it logically awesome."}"""u8.ToArray();
            using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add("X-GitHub-Delivery", id);
            request.Headers.Add("X-GitHub-Event", name);
            request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
            using var answer = await http.SendAsync(request, Token);
            return answer.StatusCode;
        }

        (await SendAsync("d-1", "ping", "hook-secret-of-tests")).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync("d-1", "ping", "hook-secret-of-tests")).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync("d-2", "a_new_event", "hook-secret-of-tests")).ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync("d-3", "made_up_by_a_stranger", "guessed")).ShouldBe(HttpStatusCode.Unauthorized);

        var scrape = await Scrape.OfAsync(host);
        scrape["claude_bot_webhook_deliveries_total", "event=\"ping\",outcome=\"stored\""].ShouldBe(1);
        scrape["claude_bot_webhook_deliveries_total", "event=\"ping\",outcome=\"known\""].ShouldBe(1);
        scrape["claude_bot_webhook_deliveries_total", "event=\"other\",outcome=\"stored\""].ShouldBe(1);
        scrape["claude_bot_webhook_deliveries_total", "event=\"unverified\",outcome=\"bad_signature\""].ShouldBe(1);
        scrape.Series.Except(before).ShouldBeEmpty();
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Every_ERROR_of_the_log_is_counted_although_LOG_LEVEL_shows_none()
    {
        await using var host = await StartAsync();
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ClaudeBot.Queue.QueueWorker").Log(LogLevel.Error, new EventId(1, "TaskFailed"), "x", null, (state, _) => state);
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Some.Library").Log(LogLevel.Error, default, "y", null, (state, _) => state);
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ClaudeBot.Queue.QueueWorker").Log(LogLevel.Warning, default, "z", null, (state, _) => state);

        var scrape = await Scrape.OfAsync(host);
        scrape["claude_bot_errors_total", "error_type=\"task_failed\",component=\"queue\""].ShouldBe(1);
        scrape["claude_bot_errors_total", "error_type=\"other\",component=\"library\""].ShouldBe(1);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_label_that_others_fill_stops_growing()
    {
        await using var host = await StartAsync();
        var created = host.Services.GetServices<Meter>().Single(meter => meter.Name == "ClaudeBot.PullRequests").CreateCounter<long>("claude_bot_pr_created_total");
        for (var number = 0; number < 300; number++)
            created.Add(1, new KeyValuePair<string, object?>("repository", $"acme/made-up-{number}"));

        var scrape = await Scrape.OfAsync(host);
        scrape.Series.Count(series => series.StartsWith("claude_bot_pr_created_total", StringComparison.Ordinal)).ShouldBe(101);
        scrape["claude_bot_pr_created_total", "repository=\"other\""].ShouldBe(201);
        scrape["claude_bot_pr_created_total", "repository=\"acme/shop\""].ShouldBe(0);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_task_that_waits_and_a_queue_that_is_paused_are_seen_at_the_next_look()
    {
        await using var host = await StartAsync();
        var queue = host.Services.GetRequiredService<ITaskQueue>();
        await queue.PauseAsync("for the test", "operator", Token);
        await queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Manual, Repository = RepositoryName.Parse("acme/shop"), Title = "t", Description = "d", Priority = TaskPriority.High, RequestedBy = "operator", ObservedAt = TimeProvider.System.GetUtcNow() },
            Token);

        var scrape = await Scrape.OfAsync(host);
        scrape["claude_bot_tasks_queued", "priority=\"high\""].ShouldBe(1);
        scrape["claude_bot_tasks_queued", "priority=\"low\""].ShouldBe(0);
        scrape["claude_bot_tasks_due"].ShouldBe(1);
        scrape["claude_bot_queue_paused"].ShouldBe(1);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task With_ENABLE_METRICS_off_there_is_no_page_to_scrape()
    {
        _room.Environment["ENABLE_METRICS"] = "false";
        await using var host = await StartAsync();
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<Doors>().Ports[Door.Metrics]}/metrics"), Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await host.StopAsync(Token);
    }

    private async Task<WebApplication> StartAsync(BotRole role = BotRole.All)
    {
        _room.Environment["AGENT_MODEL"] = "claude-of-tests";
        var host = _room.Build(role);
        await host.StartAsync(Token);
        return host;
    }

    private static IEnumerable<string> Combinations(string[] labels) => labels.Aggregate(
        (IEnumerable<string>)[""],
        (series, label) => from so in series
                           let name = label.Split('=')[0]
                           from value in label.Split('=')[1].Split('|')
                           select $"{so}{(so.Length > 0 ? "," : "")}{name}=\"{value}\"");
}
