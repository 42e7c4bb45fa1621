using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

/// <summary>A real ledger in which every text that comes from outside, or could, is a hostile one; and a bot that reports the same.</summary>
internal sealed class HostileLedger
{
    private readonly ITaskQueue _queue;
    private readonly IRunJournal _journal;
    private readonly IEventLog _events;
    private readonly List<(TaskId Id, string Text)> _tasks = [];

    private HostileLedger(IServiceProvider services) => (_queue, _journal, _events) =
        (services.GetRequiredService<ITaskQueue>(), services.GetRequiredService<IRunJournal>(), services.GetRequiredService<IEventLog>());

    /// <summary>Each task with the text that it carries.</summary>
    public IReadOnlyList<(TaskId Id, string Text)> Tasks => _tasks;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static void Plug(IServiceCollection services, string folder) => services.AddSingleton(new LedgerOptions { DataDirectory = folder }).AddLedger();

    public static async Task<HostileLedger> FillAsync(StatusWebLab lab, string folder)
    {
        var ledger = new HostileLedger(lab.Services);
        foreach (var text in HostileTexts.All)
            await ledger.AddAsync(text);
        await ledger._queue.PauseAsync(string.Concat(HostileTexts.All), "operator", Cancellation);
        await WriteWhatTheStoresKeepOutAsync(folder);
        Directory.CreateDirectory(lab.Transcripts);
        await File.WriteAllLinesAsync(Path.Combine(lab.Transcripts, $"{ledger._tasks[0].Id}-1.ndjson"), HostileTexts.All.SelectMany(Said), Cancellation);
        await File.WriteAllLinesAsync(Path.Combine(lab.Transcripts, $"{ledger._tasks[0].Id}-pushed.diff"), HostileTexts.All.Select(text => $"+{text}"), Cancellation);
        for (var i = 0; i < HostileTexts.All.Count; i++)
            (await lab.ReportAsync($"bot-{i}", Report(HostileTexts.All[i]))).EnsureSuccessStatusCode();
        return ledger;
    }

    private async Task AddAsync(string text)
    {
        var added = await _queue.EnqueueAsync(
            new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = RepositoryName.Parse("acme/shop"),
                IssueNumber = _tasks.Count + 1,
                Title = text,
                Description = text,
                RequestedBy = text,
                ObservedAt = DateTimeOffset.UnixEpoch,
            },
            Cancellation);
        _tasks.Add((added.ShouldBeOfType<EnqueueResult.Added>().Task.Id, text));
        var lease = (await _queue.ClaimAsync(new WorkerIdentity(text, "boot"), new QueueOptions(), Cancellation))!;
        var attempt = await _journal.BeginAttemptAsync(lease.Id, text, Cancellation);
        await _journal.BeginStepAsync(lease.Id, lease.Fence, text, "{}", Cancellation);
        await _journal.BeginStepAsync(lease.Id, lease.Fence, RunStep.Push, Pushed(text), Cancellation);
        await _journal.EndAttemptAsync(lease.Id, attempt, text, text, Cancellation);
        await _events.AppendAsync(text, text, lease.Id, null, text, Cancellation);
        await _events.AppendAsync("gate.blocked", text, lease.Id, null, text, Cancellation);
        await _queue.EndAsync(lease, new TaskOutcome { State = TaskState.Failed, Reason = text, PullRequestNumber = 9, PullRequestUrl = text, HeadSha = text }, Cancellation);
    }

    /// <summary>Branches are made of letters and hyphens only; the page must hold when a ledger has others all the same.</summary>
    private static async Task WriteWhatTheStoresKeepOutAsync(string folder)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "ledger.db"), Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE tasks SET branch = title";
        (await command.ExecuteNonQueryAsync(Cancellation)).ShouldBe(HostileTexts.All.Count);
    }

    private static IEnumerable<string> Said(string text) =>
    [
        text.ReplaceLineEndings(" "),
        new JsonObject { ["type"] = "assistant", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }, new JsonObject { ["type"] = "tool_use", ["name"] = text, ["input"] = new JsonObject { [text] = text } }) }.ToJsonString(),
        new JsonObject { ["type"] = text, ["text"] = text }.ToJsonString(),
    ];

    private static string Pushed(string text) => new JsonObject
    {
        ["headSha"] = text,
        ["baseBranch"] = text,
        ["summary"] = text,
        ["agent"] = text,
        ["model"] = text,
        ["draftReason"] = text,
        ["heldBack"] = new JsonArray(text),
        ["checks"] = new JsonArray(new JsonObject { ["name"] = text, ["command"] = text, ["passed"] = true, ["duration"] = "00:00:01" }),
    }.ToJsonString();

    private static string Report(string text) => new JsonObject
    {
        ["status"] = text,
        ["health"] = text,
        ["repository"] = text,
        ["uptime"] = text,
        ["queued_tasks"] = text,
        ["processed_tasks"] = text,
        ["error"] = text,
        ["problems"] = new JsonArray(text),
        ["paused_reason"] = text,
        ["day_budget"] = new JsonObject { ["reached"] = new JsonArray(text) },
        ["details"] = JsonSerializer.SerializeToNode(
            new BotDetails(
                new BotSystem(text, text, text, text, 1, text, DateTimeOffset.UnixEpoch, 1, 1, 1, 1, text),
                [new RateLimit(text, 10, 0, DateTimeOffset.MaxValue.AddYears(-1))],
                new WorkHistory([], []),
                [],
                [new SecurityEvent(1, DateTimeOffset.UnixEpoch, text, text, text, text)],
                [new ShownSetting(text, text, text)]),
            StatusJson.Options),
        ["recent_activity"] = new JsonArray(new JsonObject { ["title"] = text, ["completed_at"] = text, ["status"] = text, ["branch"] = text }),
    }.ToJsonString();
}
