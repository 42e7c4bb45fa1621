using ClaudeBot.Playground.Faults;
using ClaudeBot.Tests;

namespace ClaudeBot.EndToEndTests.Monitoring;

/// <summary>The rules and queries of this repository in a real Prometheus that scrapes running bots.</summary>
[Trait("Needs", "Prometheus")]
[Trait("Length", "Long")]
[Trait("Start", "First")]
public sealed class PrometheusTests
{
    private const string Greeter = "octo/greeter";

    /// <summary>These take half an hour of slow tasks: <c>deploy/prometheus/tests</c> lets them fire, and here their series is seen.</summary>
    private static readonly string[] TooSlowForATest = ["SlowTasks", "SlowPickup"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_configuration_and_the_rules_are_good_and_do_what_their_tests_say()
    {
        var folder = Path.Combine(RepositoryFolder.Root, "deploy", "prometheus");
        foreach (var arguments in new[]
        {
            new[] { "check", "config", Path.Combine(folder, "prometheus.yml") },
            ["check", "rules", .. Directory.EnumerateFiles(Path.Combine(folder, "rules"))],
            ["test", "rules", .. Directory.EnumerateFiles(Path.Combine(folder, "tests"))],
        })
        {
            var start = new System.Diagnostics.ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var promtool = System.Diagnostics.Process.Start(start)!;
            var (output, error) = (promtool.StandardOutput.ReadToEndAsync(Token), promtool.StandardError.ReadToEndAsync(Token));
            await promtool.WaitForExitAsync(Token);
            promtool.ExitCode.ShouldBe(0, await output + await error);
        }
    }

    [Fact]
    public async Task Every_query_of_the_runbook_and_of_the_dashboard_says_something_of_a_bot_at_work_and_no_alert_fires()
    {
        await using var prometheus = await PrometheusServer.StartAsync(patience: "15s");
        await using var bot = await BotOnTown.MakeAsync("api");
        await bot.StartBotAsync();
        await prometheus.ScrapeAsync(bot.Ports.MetricsPort!.Value);
        await prometheus.WhenAsync("claude_bot_tasks_total", values => values.Count > 0);
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");
        await prometheus.WhenAsync("sum(increase(claude_bot_tasks_total{status=\"success\"}[5m])) > 0", values => values.Count == 1);

        (await prometheus.QueryAsync("rate(claude_bot_errors_total[5m])")).ShouldAllBe(sample => sample.Value == 0);
        (await prometheus.QueryAsync("rate(claude_bot_errors_total[5m])")).Count.ShouldBeGreaterThan(20);
        (await prometheus.QueryAsync("histogram_quantile(0.95, rate(claude_bot_task_duration_seconds_bucket[5m]))"))
            .Single(sample => sample.Labels["task_type"]!.GetValue<string>() == "issue").Value.ShouldBeInRange(0.1, 600);
        (await prometheus.QueryAsync("claude_bot_tasks_queued")).Select(sample => (sample.Labels["priority"]!.GetValue<string>(), sample.Value))
            .ShouldBe([("low", 0), ("medium", 0), ("high", 0), ("urgent", 0)], ignoreOrder: true);
        (await prometheus.QueryAsync("sum(rate(claude_bot_api_calls_total{status=\"success\"}[5m])) / sum(rate(claude_bot_api_calls_total[5m]))")).ShouldHaveSingleItem().Value.ShouldBeInRange(0.9, 1);
        // As the runbook's first version had it: each series by itself, so 1 wherever there were calls.
        (await prometheus.QueryAsync("rate(claude_bot_api_calls_total{status=\"success\"}[5m]) / rate(claude_bot_api_calls_total[5m])")).ShouldContain(sample => sample.Value == 1);

        (await prometheus.WhenAsync("claude_bot:api_success_ratio:rate5m", values => values.Count == 1))[0].Value.ShouldBeInRange(0.9, 1);
        (await prometheus.WhenAsync("claude_bot:task_duration_seconds:p95 > 0", values => values.Count == 1))[0].Value.ShouldBeLessThan(600);
        (await prometheus.WhenAsync("claude_bot:pickup_seconds:p95 > 0", values => values.Count == 1))[0].Value.ShouldBeLessThan(600);
        (await prometheus.QueryAsync("claude_bot_health")).ShouldHaveSingleItem().Value.ShouldBe(1);
        (await prometheus.QueryAsync("claude_bot_pr_created_total")).ShouldHaveSingleItem().Value.ShouldBe(1);
        (await prometheus.QueryAsync("claude_bot_commits_total")).ShouldHaveSingleItem().Value.ShouldBe(1);
        (await prometheus.QueryAsync("sum(claude_bot_tokens_total{kind=\"output\"})")).ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0);
        (await prometheus.QueryAsync("claude_bot_cost_usd_total")).ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0);
        (await prometheus.QueryAsync("claude_bot_git_operations_total{operation=\"push\",status=\"success\"}")).ShouldHaveSingleItem().Value.ShouldBe(1);
        (await prometheus.QueryAsync("claude_bot_webhook_deliveries_total{event=\"issues\",outcome=\"stored\"}")).ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0);
        (await prometheus.QueryAsync("claude_bot_api_rate_limit_remaining{api=\"github\"} / claude_bot_api_rate_limit_limit")).ShouldHaveSingleItem().Value.ShouldBeInRange(0.5, 1);

        var queries = await RunbookQueriesAsync();
        queries.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var query in queries)
            (await prometheus.QueryAsync(query)).ShouldContain(sample => double.IsFinite(sample.Value), query);
        foreach (var expression in Dashboard.Expressions())
            (await prometheus.QueryAsync(expression.Replace("$bot", ".*", StringComparison.Ordinal))).ShouldNotBeNull(expression);
        prometheus.Fired.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_alert_fires_once_when_what_it_is_for_happens()
    {
        await using var prometheus = await PrometheusServer.StartAsync(patience: "1s");
        await Task.WhenAll(NoAccessAsync(prometheus), FullDiskAsync(prometheus), FailingAgentAsync(prometheus), NothingLeftAsync(prometheus));

        var rules = await File.ReadAllTextAsync(Path.Combine(PrometheusServer.Rules, "alerts.yml"), Token);
        var all = rules.Split('\n').Where(line => line.Contains("- alert: ", StringComparison.Ordinal)).Select(line => line.Split(": ")[1].Trim()).ToArray();
        all.Except(prometheus.Fired.Keys).ShouldBe(TooSlowForATest, ignoreOrder: true);
        foreach (var (name, alert) in prometheus.Fired)
        {
            alert["labels"]!["severity"]!.GetValue<string>().ShouldBeOneOf("P1", "P2", "P3", "P4");
            alert["annotations"]!["runbook"]!.GetValue<string>().ShouldStartWith("docs/RUNBOOK.md#");
            alert["annotations"]!["summary"]!.GetValue<string>().ShouldNotContain("<no value>", Case.Sensitive, name);
        }
    }

    /// <summary>As they stand in the runbook: in blocks marked <c>promql</c>, with a blank line between them.</summary>
    private static async Task<IReadOnlyList<string>> RunbookQueriesAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "RUNBOOK.md"), Token);
        return
        [
            .. from block in page.Split("```promql\n")[1..]
               from part in block.Split("```")[0].Split("\n\n")
               let query = string.Join(' ', part.Split('\n').Where(line => !line.StartsWith('#'))).Trim()
               where query.Length > 0
               select query,
        ];
    }

    /// <summary>A token that GitHub refuses, a status web that is not there; then restart after restart, and the end.</summary>
    private static async Task NoAccessAsync(PrometheusServer prometheus)
    {
        var port = PrometheusServer.FreePort();
        await using var bot = await BotOnTown.MakeAsync(
            "api",
            ("BOT_ID", "no-access"),
            ("METRICS_PORT", $"{port}"),
            ("GITHUB_TOKEN", "ghp_revoked"),
            ("ISSUE_CHECK_INTERVAL", "1s"),
            ("STATUS_WEB_URL", "http://127.0.0.1:1"));
        await prometheus.ScrapeAsync(port);
        await bot.StartBotAsync();
        await AllFiredAsync(prometheus, "AuthFailing", "HighErrorRate", "ApiCallsFailing", "PollNotSucceeding", "StatusWebUnreachable");

        for (var life = 0; life < 3; life++)
        {
            await bot.KillBotAsync();
            await bot.StartBotAsync();
            await prometheus.WhenAsync($"changes(claude_bot_start_time_seconds{{bot_id=\"no-access\"}}[10m]) == {life + 1}", values => values.Count == 1);
        }

        await prometheus.WhenFiredAsync("RestartLoop");
        await bot.KillBotAsync();
        await prometheus.WhenFiredAsync("BotDown");
    }

    /// <summary>A disk under its floor, behind which a queue piles up; bad files, strangers at the door, and an inbox that is full.</summary>
    private static async Task FullDiskAsync(PrometheusServer prometheus)
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("BOT_ID", "full-disk"), ("DISK_FLOOR_MB", "1000000"), ("MAX_PENDING_DELIVERIES", "1"));
        await bot.StartBotAsync();
        await prometheus.ScrapeAsync(bot.Ports.MetricsPort!.Value);
        await prometheus.WhenAsync("claude_bot_corrupted_files_total{bot_id=\"full-disk\"}", values => values.Count == 1);
        var queue = Path.Combine(bot.DataDirectory, "queue");
        for (var number = 0; number < 51; number++)
            await File.WriteAllTextAsync(Path.Combine(queue, $"note-{number}.json"), $$"""{"title":"Note {{number}}","description":"Write it down.","repo":"{{Greeter}}"}""", Token);
        await File.WriteAllTextAsync(Path.Combine(queue, "half.json"), "{\"title\":", Token);

        var door = new Uri($"http://127.0.0.1:{bot.Ports.WebhookPort}/webhooks/github");
        using var http = new HttpClient();
        for (var knock = 0; knock < 9; knock++)
            (await http.PostAsync(door, new StringContent("{}", null, "application/json"), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        bot.Town.Host.Faults.Add(new Fault(FaultKind.ServerError, "*", "/repos/", 10_000));
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        for (var number = 1; number <= 3; number++)
            await bot.GitHub.LabelAsync(Greeter, number, bot.Town.Owner, "claude-bot", Token);
        await AllFiredAsync(prometheus, "BotUnhealthy", "DiskBelowFloor", "DiskLow", "TaskQueueBacklog", "QueueStuck", "CorruptedFiles", "WebhooksRefused", "WebhooksNotStored");

        (await bot.RunVerbAsync("queue", "pause", "--reason", "the disk is full")).ExitCode.ShouldBe(0);
        await prometheus.WhenFiredAsync("QueuePaused");
    }

    /// <summary>An agent that takes more than 2 GB and then crashes, for every task.</summary>
    private static async Task FailingAgentAsync(PrometheusServer prometheus)
    {
        await using var bot = await BotOnTown.MakeAsync("claude-code", ("BOT_ID", "failing-agent"), ("MAX_ATTEMPTS", "1"), ("MAX_CONCURRENT_TASKS", "1"));
        // tail keeps the whole of a line that does not end, and then waits for a reader who never reads.
        bot.Set("CLAUDE_CODE_PATH", FakeClaudeCode.Write(Path.Combine(bot.Folder, "fake"), "case $prompt in *blank*) head -c 2400000000 /dev/zero | tail | sleep 1200;; esac\nexit 1"));
        await bot.StartBotAsync();
        await prometheus.ScrapeAsync(bot.Ports.MetricsPort!.Value);
        await prometheus.WhenAsync("claude_bot_tasks_total{bot_id=\"failing-agent\"}", values => values.Count > 0);
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        for (var number = 1; number <= 3; number++)
            await bot.GitHub.LabelAsync(Greeter, number, bot.Town.Owner, "claude-bot", Token);
        await prometheus.WhenFiredAsync("HighMemoryUsage");
        foreach (var (where, _) in AgentProcesses.InFolder(bot.DataDirectory).Where(process => process.Text.StartsWith("sleep\0", StringComparison.Ordinal)))
            System.Diagnostics.Process.GetProcessById(int.Parse(Path.GetFileName(where), System.Globalization.CultureInfo.InvariantCulture)).Kill();
        await AllFiredAsync(prometheus, "DeadTasks", "TasksFailing");
    }

    /// <summary>A budget of a cent, an issue that no webhook told of, and a limit of GitHub's that is used up.</summary>
    private static async Task NothingLeftAsync(PrometheusServer prometheus)
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("BOT_ID", "nothing-left"), ("BUDGET_USD_PER_DAY", "0.01"), ("ISSUE_CHECK_INTERVAL", "1s"));
        await bot.StartBotAsync();
        await prometheus.ScrapeAsync(bot.Ports.MetricsPort!.Value);
        await prometheus.WhenAsync("claude_bot_missed_events_recovered_total{bot_id=\"nothing-left\"}", values => values.Count == 1);
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await AllFiredAsync(prometheus, "WebhookGap", "DayBudgetNearCap", "DayBudgetSpent");

        // One that waits for midnight: a circuit that keeps nothing from its work is none of anybody's night.
        await bot.GitHub.LabelAsync(Greeter, 2, bot.Town.Owner, "claude-bot", Token);
        await prometheus.WhenAsync("sum(claude_bot_tasks_queued{bot_id=\"nothing-left\"}) > 0", values => values.Count == 1);
        bot.Town.Host.RateLimits.Limit = 1;
        await AllFiredAsync(prometheus, "ApiRateLimitLow", "ApiRateLimitExhausted", "CircuitOpen");
    }

    private static Task AllFiredAsync(PrometheusServer prometheus, params string[] alerts) => Task.WhenAll(alerts.Select(prometheus.WhenFiredAsync));
}
