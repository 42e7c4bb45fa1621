using System.Net.Http.Json;
using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

public sealed class WhatIsHandedOverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_setup_and_checks_leave_behind_is_not_committed_and_what_the_agent_changes_of_it_is()
    {
        await using var bench = await RunBench.StartAsync(
            "setup: [\"mkdir deps && echo 1 > deps/one && echo 1 > shared.txt && echo >> README.md\"]\ntest: [\"date >> report.xml; echo 1 > touched.txt; sh test.sh\"]\n");
        await bench.AskAsync();
        bench.Agent
            .Writes("answer.txt", "41\n")
            .Does(async (request, cancellationToken) =>
            {
                File.Exists(Path.Combine(request.WorkTree, "report.xml")).ShouldBeTrue();
                await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "shared.txt"), "2\n", cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "touched.txt"), "2\n", cancellationToken);
                return TestAgent.Result(AgentEnding.Completed, "Done.");
            });

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        var changes = await bench.Shop.Git.ChangesAsync(bench.Shop.Branch("main")!, bench.Shop.Branch(bench.Branch)!, Token);
        changes.Select(change => change.Path).ShouldBe(["answer.txt", "shared.txt", "touched.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task After_a_squash_that_left_the_branch_the_next_work_on_the_issue_starts_from_the_base()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n").Writes("more.txt", "more\n");
        var first = await bench.EndAsync();
        await SquashAsync(bench, first.PullRequestNumber!.Value);
        var main = bench.Shop.Branch("main")!;
        await bench.Playground.GitHub.ReopenAsync(RunBench.Repository, issue.Number, "mona", Token);
        await bench.AskAgainAsync(issue);

        var second = await bench.EndAsync();

        second.State.ShouldBe(TaskState.Succeeded, second.Reason);
        second.PullRequestNumber.ShouldNotBe(first.PullRequestNumber);
        var commits = await bench.Shop.Git.CommitsAsync($"main..{bench.Branch}", 10, Token);
        commits.ShouldHaveSingleItem().Parents.ShouldBe([main]);
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "answer.txt", Token)).ShouldBe("42\n");
    }

    [Fact]
    public async Task What_a_person_pushed_after_the_merge_is_gone_on_from()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n").Writes("more.txt", "more\n");
        var first = await bench.EndAsync();
        await SquashAsync(bench, first.PullRequestNumber!.Value);
        await bench.Playground.GitHub.ReopenAsync(RunBench.Repository, issue.Number, "mona", Token);
        await bench.PushOnTopAsPersonAsync(bench.Branch, "note.txt", "by hand\n", Token);
        await bench.AskAgainAsync(issue);

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "note.txt", Token)).ShouldBe("by hand\n");
    }

    [Fact]
    public async Task A_retry_that_passes_opens_the_draft_of_the_earlier_try_for_review()
    {
        await using var bench = await RunBench.StartAsync();
        var task = await LeaveDraftAsync(bench);

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        outcome.Reason.ShouldContain("open for review");
        bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.IsDraft.ShouldBeFalse();
        (await bench.Queue.FindAsync(task.Id, Token))!.PullRequestNumber.ShouldBe(outcome.PullRequestNumber);
    }

    [Fact]
    public async Task A_reply_that_is_lost_leaves_the_pull_request_open_for_review_all_the_same()
    {
        await using var bench = await RunBench.StartAsync();
        await LeaveDraftAsync(bench);
        bench.Playground.Faults.Add(new Fault(FaultKind.ApplyThenDrop, "POST", "/api/graphql$"));

        (await bench.EndAsync()).Reason.ShouldContain("open for review");

        bench.Playground.Faults.Waiting.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_draft_that_the_bot_may_not_open_for_review_is_called_a_draft()
    {
        await using var bench = await RunBench.StartAsync();
        await LeaveDraftAsync(bench);
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/api/graphql$") { Status = 403 });

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded);
        outcome.Reason.ShouldContain("still a draft");
        outcome.Reason.ShouldNotContain("open for review");
        bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.IsDraft.ShouldBeTrue();
    }

    [Fact]
    public async Task A_guessed_check_that_cannot_run_is_said_and_makes_no_draft()
    {
        // A wrapper that may not be executed.
        await using var bench = await RunBench.StartAsync(policy: null, ("mvnw", "#!/bin/sh\n"));
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        pull.Pull!.IsDraft.ShouldBeFalse();
        pull.Body!.ShouldContain("| `./mvnw -B -q verify` | ➖ not run (exit code 126) |");
        pull.Body!.ShouldContain("The commands were guessed from the project's files");
        bench.Agent.Requests.Count.ShouldBe(1, "there is nothing to mend");
    }

    [Fact]
    public async Task An_issue_that_was_closed_while_it_waited_keeps_no_label_of_the_bot()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        await bench.Get<StateAnnouncer>().RunOnceAsync(Token);
        issue.LabelNames.ShouldContain(BotLabels.Queued);
        await bench.Playground.GitHub.CloseAsync(RunBench.Repository, issue.Number, "mona", Token);

        (await bench.EndAsync()).State.ShouldBe(TaskState.Cancelled);

        issue.LabelNames.ShouldBe(["claude-bot"]);
    }

    /// <summary>A failed task with a draft, retried; its next run passes.</summary>
    private static async Task<QueuedTask> LeaveDraftAsync(RunBench bench)
    {
        var (_, task) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "41\n").Writes("answer.txt", "43\n").Writes("answer.txt", "42\n");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Failed);
        bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.IsDraft.ShouldBeTrue();
        (await bench.Queue.RetryAsync(task.Id, "again", Token)).ShouldBeTrue();
        return task;
    }

    private static async Task SquashAsync(RunBench bench, int number)
    {
        using var mona = new HttpClient();
        mona.DefaultRequestHeaders.Authorization = new("Bearer", "mona-token");
        using var merged = await mona.PutAsJsonAsync($"{bench.Playground.ApiUrl}/repos/{RunBench.Repository}/pulls/{number}/merge", new { merge_method = "squash" }, Token);
        merged.IsSuccessStatusCode.ShouldBeTrue(await merged.Content.ReadAsStringAsync(Token));
    }
}
