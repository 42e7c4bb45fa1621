using ClaudeBot.Queue;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

/// <summary>What people change about an issue while its task waits.</summary>
public sealed class OrderTests : IAsyncLifetime
{
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_priority_label_is_obeyed_while_the_task_waits_put_on_and_taken_off()
    {
        await _stage.DecideAsync("labeled");
        (await TaskAsync()).Priority.ShouldBe(TaskPriority.Medium);

        _stage.Labels.Add("priority:urgent");
        (await _stage.DecideAsync("labeled", "priority:urgent")).Reason.ShouldBe("issues labeled (priority:urgent): its task has the priority urgent now.");
        (await TaskAsync()).Priority.ShouldBe(TaskPriority.Urgent);

        _stage.Labels.Remove("priority:urgent");
        await _stage.DecideAsync("unlabeled", "priority:urgent");
        (await TaskAsync()).Priority.ShouldBe(TaskPriority.Medium);
    }

    [Fact]
    public async Task A_priority_label_whose_webhook_was_lost_is_obeyed_at_the_next_poll()
    {
        await _stage.DecideAsync("labeled");
        _stage.Time.Advance(TimeSpan.FromMinutes(10));
        _stage.Labels.Add("priority:high");
        _stage.UpdatedAt = "2026-05-01T12:05:00Z";
        _stage.LaterEvent = GitHubJson.Event(2, "labeled", GitHubJson.User(7, "ada"), "priority:high", "2026-05-01T12:05:00Z");

        await PollAsync();

        (await TaskAsync()).Priority.ShouldBe(TaskPriority.High);
    }

    [Fact]
    public async Task An_operators_order_after_the_label_stands()
    {
        _stage.Labels.Add("priority:high");
        var decided = await _stage.DecideAsync("labeled");
        _stage.LaterEvent = GitHubJson.Event(2, "labeled", GitHubJson.User(7, "ada"), "priority:high", "2026-05-01T12:05:00Z");
        _stage.Time.Advance(TimeSpan.FromMinutes(10));
        await _stage.Queue.SetPriorityAsync(decided.TaskId!.Value, TaskPriority.Low, Token);
        _stage.UpdatedAt = "2026-05-01T12:15:00Z";

        await PollAsync();

        (await TaskAsync()).Priority.ShouldBe(TaskPriority.Low);
    }

    [Theory]
    [InlineData("wontfix", true)]
    [InlineData("Duplicate", true)]
    [InlineData("invalid", false)]
    public async Task An_issue_that_is_not_to_be_worked_on_leaves_the_queue_by_webhook_or_by_poll(string label, bool byWebhook)
    {
        await _stage.DecideAsync("labeled");
        _stage.Labels.Add(label);

        if (byWebhook)
            await _stage.DecideAsync("labeled", label);
        else
            await PollAsync();

        var task = await TaskAsync();
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, $"label {label.ToLowerInvariant()}"));
    }

    private async Task PollAsync() => await _stage.Get<IssuePoller>().PollOnceAsync(Token);

    private async Task<QueuedTask> TaskAsync() => (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Single();
}
