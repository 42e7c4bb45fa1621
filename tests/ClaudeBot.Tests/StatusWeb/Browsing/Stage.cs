using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.Tests.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

/// <summary>A status web in which a month has passed: tasks in every state, costs, a transcript, a diff, a bot that reports.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly string[] Titles =
    [
        "Total is wrong when a basket holds two vouchers", "Add a dark theme to the receipt page", "Checkout times out when the warehouse answers slowly",
        "Document the refund API", "Flaky test: InventoryTests.Counts_twice", "Upgrade the payment client to v4", "Search forgets its filter after going back",
    ];

    private Stage(LedgerUnderTest ledger, StatusWebLab web, StatusWebLab alone) => (Ledger, Web, Alone) = (ledger, web, alone);

    public LedgerUnderTest Ledger { get; }

    /// <summary>In the bot's process.</summary>
    public StatusWebLab Web { get; }

    /// <summary>In a process of its own: it knows what the bot reported.</summary>
    public StatusWebLab Alone { get; }

    public QueuedTask Succeeded { get; private set; } = null!;

    public QueuedTask Running { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Stage> BuildAsync()
    {
        var ledger = SqliteLedgers.Create();
        var stage = new Stage(ledger, await StatusWebLab.StartAsync(ledger), await StatusWebLab.StartAsync());
        for (var day = 0; day < 12; day++)
        {
            await stage.WorkAsync(day + 1, Titles[day % Titles.Length], day % 5 == 3 ? TaskState.Failed : TaskState.Succeeded);
            ledger.Time.Advance(TimeSpan.FromHours(day < 8 ? 70 : 3));
        }

        for (var issue = 40; issue < 44; issue++)
            await stage.AddAsync(issue, Titles[issue % Titles.Length], "acme/shop");
        stage.Running = await stage.AddAsync(50, "Import of prices stops at the first empty line", "acme/prices");
        await ledger.Queue.SetPriorityAsync(stage.Running.Id, TaskPriority.Urgent, Cancellation);
        var lease = await stage.ClaimAsync();
        await ledger.Journal.BeginAttemptAsync(lease.Id, "worker-1", Cancellation);
        await ledger.Journal.BeginStepAsync(lease.Id, lease.Fence, RunStep.Agent, "{}", Cancellation);
        await ledger.Journal.AddSpendAsync(lease.Id, lease.Task.Repository, new TokenUsage("claude", 41_000, 5_200, 310_000, 12_000), 0.84m, Cancellation);
        await ledger.Events.AppendAsync("egress.blocked", "bot", lease.Id, null, "The sandbox did not let the agent reach: example.org (3 times)", Cancellation);
        await ledger.Events.AppendAsync("operator.signed_in", "operator", null, null, "Signed in on the status web from 10.0.0.7.", Cancellation);
        stage.Web.Time.SetUtcNow(ledger.Time.GetUtcNow().AddMinutes(4));
        stage.Alone.Time.SetUtcNow(ledger.Time.GetUtcNow().AddMinutes(4));
        await stage.WriteTranscriptAsync();
        await stage.ReportAsync(stage.Web);
        await stage.ReportAsync(stage.Alone);
        var orders = stage.Alone.Services.GetRequiredService<OrderBook>();
        await orders.PlaceAsync([new PlacedOrder("01a", "claude-bot", OrderAction.Cancel, stage.Running.Id.Value, null, "It works on the wrong <issue>.", "10.0.0.7", stage.Alone.Time.GetUtcNow(), OrderState.Waiting, null, null)], Cancellation);
        await orders.PlaceAsync([new PlacedOrder("01b", "claude-bot", OrderAction.Priority, stage.Succeeded.Id.Value, TaskPriority.Urgent, null, "10.0.0.7", stage.Alone.Time.GetUtcNow(), OrderState.Refused, "The task has ended, so its priority means nothing any more.", stage.Alone.Time.GetUtcNow())], Cancellation);
        return stage;
    }

    /// <summary>Tells a web what the bot is like now.</summary>
    public async Task ReportAsync(StatusWebLab web, string health = "healthy")
    {
        var tasks = new LedgerTasks(Ledger.Queue, Ledger.Journal, Ledger.Events, Ledger.Views, web.Time, new Uri("https://github.com"));
        var now = web.Time.GetUtcNow();
        var details = new BotDetails(
            new BotSystem("1.4.0", ".NET 10.0.1", "Debian GNU/Linux 12", "bot-1", 2, "claude-code", now.AddHours(-50), 91_000_000, 40_000_000_000, 80_000_000_000, 6_400_000, "/bot/data"),
            [new RateLimit("core", 5000, 4812, now.AddMinutes(34)), new RateLimit("search", 30, 2, now.AddSeconds(40))],
            await tasks.HistoryAsync(Cancellation),
            await tasks.RecentAsync(30, 20, Cancellation),
            await tasks.SecurityEventsAsync(null, 50, Cancellation),
            [new ShownSetting("TARGET_REPO", "acme/shop", "environment"), new ShownSetting("ANTHROPIC_API_KEY", "****k3yz", "/run/secrets/anthropic_api_key"), new ShownSetting("MAX_CONCURRENT_TASKS", "3", "default")]);
        var queue = await tasks.QueueAsync(Cancellation);
        var report = new JsonObject
        {
            ["status"] = "running",
            ["health"] = health,
            ["uptime"] = "2d 2h 0m",
            ["repository"] = "acme/shop",
            ["queued_tasks"] = queue.Waiting,
            ["running_tasks"] = 1,
            ["takes_orders"] = true,
            ["processed_tasks"] = 12,
            ["oldest_waiting_at"] = queue.OldestAt?.ToString("O", CultureInfo.InvariantCulture),
            ["paused_reason"] = queue.Pauses.Count > 0 ? queue.Pauses[0] : null,
            ["day_budget"] = new JsonObject { ["spent_usd"] = 3.1, ["cap_usd"] = 200, ["reached"] = new JsonArray() },
            ["details"] = JsonSerializer.SerializeToNode(details, StatusJson.Options),
        };
        (await web.ReportAsync("claude-bot", report.ToJsonString())).EnsureSuccessStatusCode();
    }

    public async Task<QueuedTask> AddAsync(int issue, string title, string repository) => (await Ledger.Queue.EnqueueAsync(
        new NewTask { Kind = TaskKind.Issue, Repository = RepositoryName.Parse(repository), IssueNumber = issue, Title = title, Description = title, RequestedBy = "ann", ObservedAt = Ledger.Time.GetUtcNow() },
        Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task;

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await Alone.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    private async Task<TaskLease> ClaimAsync() => (await Ledger.Queue.ClaimAsync(new WorkerIdentity("worker-1", "boot"), new QueueOptions(), Cancellation))!;

    private async Task WorkAsync(int issue, string title, TaskState end)
    {
        await AddAsync(issue, title, "acme/shop");
        var lease = await ClaimAsync();
        var attempt = await Ledger.Journal.BeginAttemptAsync(lease.Id, "worker-1", Cancellation);
        await Ledger.Journal.AddSpendAsync(lease.Id, lease.Task.Repository, new TokenUsage("claude", 30_000, 4_000, 200_000, 9_000), 0.4m + (issue % 4 * 0.35m), Cancellation);
        await Ledger.Journal.BeginStepAsync(lease.Id, lease.Fence, RunStep.Push, Push(end == TaskState.Succeeded), Cancellation);
        await Ledger.Journal.EndStepAsync(lease.Id, lease.Fence, RunStep.Push, "{}", Cancellation);
        Ledger.Time.Advance(TimeSpan.FromMinutes(11));
        await Ledger.Journal.EndAttemptAsync(lease.Id, attempt, end == TaskState.Succeeded ? "completed" : "checks failed", "s", Cancellation);
        var outcome = new TaskOutcome
        {
            State = end,
            Reason = end == TaskState.Succeeded ? $"Pull request #{100 + issue} is open for review." : "The check \"test\" fails: 2 of 318 tests. What was done is in the pull request, a draft.",
            PullRequestNumber = 100 + issue,
            PullRequestUrl = $"https://github.com/acme/shop/pull/{100 + issue}",
            HeadSha = "0123456789abcdef0123456789abcdef01234567",
        };
        (await Ledger.Queue.EndAsync(lease, outcome, Cancellation)).ShouldBeTrue();
        if (end == TaskState.Succeeded)
            Succeeded = (await Ledger.Queue.FindAsync(lease.Id, Cancellation))!;
    }

    private static string Push(bool passed) => new JsonObject
    {
        ["headSha"] = "0123456789abcdef0123456789abcdef01234567",
        ["baseBranch"] = "main",
        ["summary"] = "Vouchers are now added up before the tax.\n\nThe sum was rounded for each voucher; it is rounded once now.",
        ["agent"] = "claude-code",
        ["turns"] = 14,
        ["heldBack"] = new JsonArray(),
        ["checks"] = new JsonArray(
            new JsonObject { ["name"] = "build", ["command"] = "dotnet build", ["passed"] = true, ["duration"] = "00:00:21.4" },
            new JsonObject { ["name"] = "test", ["command"] = "dotnet test --no-build", ["passed"] = passed, ["duration"] = "00:01:04" }),
    }.ToJsonString();

    private async Task WriteTranscriptAsync()
    {
        Directory.CreateDirectory(Web.Transcripts);
        string[] lines =
        [
            """{"type":"system","subtype":"init","model":"claude","claude_code_version":"2.1.0"}""",
            """{"type":"assistant","message":{"content":[{"type":"text","text":"I look at how the total is made up."},{"type":"tool_use","name":"Grep","input":{"pattern":"Voucher","path":"src"}}]}}""",
            """{"type":"user","message":{"content":[{"type":"tool_result","content":"src/Basket.cs:42: total -= voucher.Amount;\nsrc/Basket.cs:57: return Math.Round(total, 2);"}]}}""",
            """{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Bash","input":{"command":"dotnet test","timeout":60000}}]}}""",
            """{"type":"user","message":{"content":[{"type":"tool_result","is_error":true,"content":[{"type":"text","text":"Failed: 1, passed: 317"}]}]}}""",
            """{"type":"result","subtype":"success","result":"Vouchers are now added up before the tax."}""",
        ];
        foreach (var task in (QueuedTask[])[Succeeded, Running])
            await File.WriteAllLinesAsync(Path.Combine(Web.Transcripts, $"{task.Id}-1.ndjson"), lines, Cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(Web.Transcripts, $"{Succeeded.Id}-pushed.diff"),
            "diff --git a/src/Basket.cs b/src/Basket.cs\nindex 1..2 100644\n--- a/src/Basket.cs\n+++ b/src/Basket.cs\n@@ -40,7 +40,7 @@ class Basket\n   foreach (var voucher in vouchers)\n-    total -= Math.Round(voucher.Amount, 2);\n+    total -= voucher.Amount;\n",
            Cancellation);
    }
}
