using System.Text.Json;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Queue.Spool;

public sealed class SpoolWindowTests : SpoolHarness
{
    [Fact]
    public async Task Every_waiting_task_has_one_file_and_nothing_else_lies_there()
    {
        var first = await Harness.AddAsync(issue: 1);
        var second = await Harness.AddAsync(issue: 2, priority: TaskPriority.High);
        await SweepAsync();

        Names("queue").ShouldBe(new[] { $"{first}.json", $"{second}.json" }.Order(StringComparer.Ordinal));
        Names("tmp").ShouldBeEmpty();
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(QueueFile(second), Cancellation));
        var file = json.RootElement;
        file.GetProperty("id").GetString().ShouldBe(second.Value);
        file.GetProperty("title").GetString().ShouldBe("Fix the parser");
        file.GetProperty("priority").GetString().ShouldBe("high");
        file.GetProperty("repo").GetString().ShouldBe("octo/demo");
        file.GetProperty("issue").GetInt32().ShouldBe(2);
        file.GetProperty("status").GetString().ShouldBe("queued");
        file.GetProperty("state").GetString().ShouldBe("waiting");
        file.GetProperty("task_type").GetString().ShouldBe("issue");
        file.GetProperty("branch").GetString().ShouldBe("bot/issue-2-fix-the-parser");
        file.GetProperty("created_at").GetString().ShouldBe("2026-03-01T09:00:00.000000Z");
    }

    [Fact]
    public void The_data_folder_is_laid_out_for_the_bot_alone()
    {
        foreach (var folder in new[] { "queue", "processed", "failed", "corrupted", "pr_feedback", "tmp", "transcripts", "sessions", "mirrors", "workspaces" })
            File.GetUnixFileMode(At(folder)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_removed_file_cancels_its_task_when_it_stays_away()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        File.Delete(QueueFile(id));

        await SweepAsync();
        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting, "an editor may be saving it");
        Harness.Time.Advance(TimeSpan.FromSeconds(1));
        await SweepAsync();

        var task = await Harness.FindAsync(id);
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, "queue file removed"));
        Names("failed").ShouldBe([$"{id}.json"]);
    }

    [Fact]
    public async Task A_file_removed_while_the_bot_was_down_cancels_too()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        File.Delete(QueueFile(id));

        Sut.Dispose();
        await (Sut = Restarted()).OpenAsync(Cancellation);
        await SettleAsync();

        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Cancelled);
    }

    [Fact]
    public async Task A_lost_folder_cancels_nothing()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        Directory.Delete(At("queue"), recursive: true);

        Sut.Dispose();
        await (Sut = Restarted()).OpenAsync(Cancellation);
        await SettleAsync();

        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
        File.Exists(QueueFile(id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_start_that_breaks_off_before_the_ledger_knows_of_the_lost_folder_cancels_nothing()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        Directory.Delete(At("queue"), recursive: true);
        Sut.Dispose();
        Sut = Restarted();
        await Should.ThrowAsync<OperationCanceledException>(() => Sut.OpenAsync(new CancellationToken(canceled: true)));

        Sut.Dispose();
        await (Sut = Restarted()).OpenAsync(Cancellation);
        await SettleAsync();

        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
        File.Exists(QueueFile(id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_folder_lost_while_the_bot_runs_cancels_nothing_and_is_made_again()
    {
        var waits = await Harness.AddAsync(issue: 1);
        var claimed = await Harness.AddAsync(issue: 2, priority: TaskPriority.High);
        await SweepAsync();
        Directory.Delete(At("queue"), recursive: true);

        var lease = await ClaimAsync();
        lease.Id.ShouldBe(claimed);
        (await Sut.CheckClaimAsync(lease, Cancellation)).ShouldBeNull();
        await SettleAsync();

        (await Harness.FindAsync(waits)).State.ShouldBe(TaskState.Waiting);
        Names("queue").ShouldBe([$"{waits}.json"]);
    }

    [Fact]
    public async Task A_task_with_an_empty_description_keeps_its_file_over_a_restart()
    {
        var id = await Harness.AddAsync(description: "");
        await SweepAsync();
        Sut.Dispose();
        Sut = Restarted();

        await SettleAsync();

        Names("corrupted").ShouldBeEmpty();
        Names("queue").ShouldBe([$"{id}.json"]);
        QuarantineLog.Collector.Count.ShouldBe(0);
        await File.WriteAllTextAsync(QueueFile(id), (await File.ReadAllTextAsync(QueueFile(id), Cancellation)).Replace("medium", "urgent", StringComparison.Ordinal), Cancellation);
        await SweepAsync();
        (await Harness.FindAsync(id)).Priority.ShouldBe(TaskPriority.Urgent);
    }

    [Fact]
    public async Task A_task_whose_file_was_removed_just_before_the_claim_never_runs()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        File.Delete(QueueFile(id));
        var ran = false;

        var drained = Harness.Worker(
            (_, _) =>
            {
                ran = true;
                return Task.FromResult<TaskVerdict>(new TaskVerdict.Ask(new InputRequest(AwaitedInput.Question, "?", null)));
            },
            checks: Sut.CheckClaimAsync).DrainAsync(Cancellation);
        while (!drained.IsCompleted)
        {
            Harness.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await drained;
        ran.ShouldBeFalse();
        (await Harness.FindAsync(id)).Reason.ShouldBe("queue file removed");
    }

    [Fact]
    public async Task The_claim_takes_the_file_and_a_requeue_brings_it_back()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        var lease = await ClaimAsync();
        await SweepAsync();
        File.Exists(QueueFile(id)).ShouldBeTrue("a sweep between claim and check must not look like a removal");

        (await Sut.CheckClaimAsync(lease, Cancellation)).ShouldBeNull();
        Names("queue").ShouldBeEmpty();
        await SettleAsync();
        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Running);

        await Harness.Queue.RequeueAsync(lease, "limit", null, countsAttempt: false, Cancellation);
        await SettleAsync();
        Names("queue").ShouldBe([$"{id}.json"]);
        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
    }

    [Fact]
    public async Task An_edited_priority_is_obeyed_and_other_edits_are_undone()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        var text = await File.ReadAllTextAsync(QueueFile(id), Cancellation);
        await File.WriteAllTextAsync(QueueFile(id), text.Replace("medium", "urgent", StringComparison.Ordinal).Replace("Fix the parser", "Mine bitcoin", StringComparison.Ordinal), Cancellation);

        await SweepAsync();

        var task = await Harness.FindAsync(id);
        (task.Priority, task.Title).ShouldBe((TaskPriority.Urgent, "Fix the parser"));
        (await File.ReadAllTextAsync(QueueFile(id), Cancellation)).ShouldBe(text.Replace("medium", "urgent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_priority_changed_in_the_ledger_is_shown_not_reverted()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        await Harness.OtherProcess.SetPriorityAsync(id, TaskPriority.High, Cancellation);
        Sut.Dispose();
        Sut = Restarted();

        await SettleAsync();

        (await Harness.FindAsync(id)).Priority.ShouldBe(TaskPriority.High);
        (await File.ReadAllTextAsync(QueueFile(id), Cancellation)).ShouldContain("\"priority\": \"high\"");
    }

    [Theory]
    [InlineData(TaskState.Succeeded, "processed", "completed")]
    [InlineData(TaskState.Failed, "failed", "failed")]
    [InlineData(TaskState.Dead, "failed", "failed")]
    public async Task An_ended_task_is_filed_also_when_the_process_died_in_between(TaskState end, string folder, string status)
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        var lease = await ClaimAsync();
        await Sut.CheckClaimAsync(lease, Cancellation);
        await Harness.Queue.EndAsync(lease, new TaskOutcome { State = end, Reason = "so it ended", PullRequestUrl = "http://x/9" }, Cancellation);

        Sut.Dispose();
        await (Sut = Restarted()).OpenAsync(Cancellation);
        await SweepAsync();

        Names("queue").ShouldBeEmpty();
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(At(folder, $"{id}.json"), Cancellation));
        json.RootElement.GetProperty("status").GetString().ShouldBe(status);
        json.RootElement.GetProperty("state").GetString().ShouldBe(end.Word());
        json.RootElement.GetProperty("pr_url").GetString().ShouldBe("http://x/9");
        json.RootElement.GetProperty("reason").GetString().ShouldBe("so it ended");
    }

    [Fact]
    public async Task A_failed_file_put_back_is_a_retry_and_its_success_replaces_the_failure()
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        var lease = await ClaimAsync();
        await Sut.CheckClaimAsync(lease, Cancellation);
        await Harness.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Failed, Reason = "no" }, Cancellation);
        await SweepAsync();

        File.Move(At("failed", $"{id}.json"), QueueFile(id));
        await SettleAsync();

        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
        var second = await ClaimAsync();
        (await Sut.CheckClaimAsync(second, Cancellation)).ShouldBeNull();
        await Harness.Queue.EndAsync(second, new TaskOutcome { State = TaskState.Succeeded, Reason = "yes" }, Cancellation);
        await SweepAsync();
        Names("failed").ShouldBeEmpty();
        Names("processed").ShouldBe([$"{id}.json"]);
    }
}
