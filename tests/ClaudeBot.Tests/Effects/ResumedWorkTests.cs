using ClaudeBot.Agents;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Runs;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Tests.Effects;

[Trait("Length", "Long")]
public sealed class ResumedWorkTests
{
    private const string Session = "0d0c6c1e-5f0e-4f0e-9d0a-0f0e0d0c0b0a";
    private static readonly (string, string) Policy = (".github/claude-bot.yml", "setup: [\"echo done >> deps.txt\"]\ntest: [\"cat answer.txt\"]\n");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bot_that_is_killed_while_the_agent_works_goes_on_in_the_same_session_and_files()
    {
        await using var bench = await EffectBench.StartAsync(Policy);
        var bot = await KillAtWorkAsync(bench);
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            (await File.ReadAllTextAsync(Path.Combine(request.WorkTree, "half.txt"), cancellationToken)).ShouldBe("half\n");
            (await File.ReadAllTextAsync(Path.Combine(request.WorkTree, "deps.txt"), cancellationToken)).ShouldBe("done\n", "set up once");
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Done.");
        });

        await bot.WorkAsync();

        bench.Agent.Requests[1].ResumeSession.ShouldBe(Session);
        bench.Agent.Requests[1].Prompt.ShouldStartWith("You were interrupted");
        bench.Agent.Requests[1].Prompt.ShouldContain("The answer is missing");
        await ShouldHoldAsync(bench, ("half.txt", "half\n"), ("answer.txt", "42\n"), ("deps.txt", null));
        bench.Shop.PullRequests.ShouldHaveSingleItem().Body!.ShouldContain("| setup |");
    }

    [Fact]
    public async Task The_session_is_in_the_ledger_as_soon_as_the_agent_tells_it()
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = await KillAtWorkAsync(bench);

        var task = (await bot.Queue.ListAsync(new TaskFilter(), Token)).Single();
        var step = (await bot.Journal.FindStepAsync(task.Id, RunStep.Agent, Token)).ShouldNotBeNull();
        step.Intent.ShouldContain(Session);
        step.Result.ShouldBeNull();
    }

    [Theory]
    [InlineData("branch")]
    [InlineData("home")]
    [InlineData("files")]
    public async Task What_is_not_sound_any_more_is_begun_anew(string broken)
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = await KillAtWorkAsync(bench);
        var task = (await bot.Queue.ListAsync(new TaskFilter(), Token)).Single();
        switch (broken)
        {
            case "branch":
                await bench.CommitAsPersonAsync(task.Branch);
                break;
            case "home":
                Directory.Delete(bench.Agent.Requests[0].Home, recursive: true);
                break;
            default:
                Directory.Delete(bench.Agent.Requests[0].WorkTree, recursive: true);
                break;
        }

        bench.Agent.Writes("answer.txt", "42\n");
        await bot.WorkAsync();

        bench.Agent.Requests[1].ResumeSession.ShouldBeNull();
        await ShouldHoldAsync(bench, ("half.txt", null), ("answer.txt", "42\n"));
    }

    [Fact]
    public async Task A_session_that_is_gone_lets_the_same_attempt_start_clean()
    {
        await using var bench = await EffectBench.StartAsync(Policy);
        var bot = await KillAtWorkAsync(bench);
        bench.Agent
            .Does((_, _) => Task.FromResult(TestAgent.Result(AgentEnding.Failed, "No conversation found with session ID: x") with { SessionIsGone = true }))
            .Writes("answer.txt", "42\n");

        await bot.WorkAsync();

        bench.Agent.Requests.Select(request => request.ResumeSession).ShouldBe([null, Session, null]);
        await ShouldHoldAsync(bench, ("half.txt", null), ("answer.txt", "42\n"));
        var task = (await bot.Queue.ListAsync(new TaskFilter(), Token)).Single();
        (await bot.Journal.AttemptsAsync(task.Id, Token)).Count.ShouldBe(2, "the killed one and this one");
        task.State.ShouldBe(TaskState.Succeeded, task.Reason);
    }

    [Fact]
    public async Task A_bot_that_is_stopped_goes_on_in_the_same_session()
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = bench.StartBot();
        await bench.AskAsync(bot.Queue);
        using var stop = new TaskInterruption();
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            request.OnSession!(Session);
            await KeptAsync(bot, request.TaskId, cancellationToken);
            stop.Interrupt(InterruptionKind.Stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("The stop did not reach the agent.");
        }).Writes("answer.txt", "42\n");
        var first = true;
        bot.Handler = (lease, own) =>
        {
            (var interruption, first) = (first ? stop : own, false);
            return bot.Get<TaskRunner>().RunAsync(lease, interruption);
        };

        await bot.WorkAsync();

        bench.Agent.Requests[1].ResumeSession.ShouldBe(Session);
    }

    [Theory]
    [InlineData(AgentEnding.Stalled, null)]
    [InlineData(AgentEnding.Overloaded, "session-1")]
    public async Task A_session_that_hung_is_left_and_one_that_the_service_broke_off_is_gone_on_with(AgentEnding ending, string? resumed)
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = bench.StartBot();
        await bench.AskAsync(bot.Queue);
        bench.Agent.Ends(ending, "no").Writes("answer.txt", "42\n");

        await bot.WorkAsync();

        bench.Agent.Requests[1].ResumeSession.ShouldBe(resumed);
    }

    [Fact]
    public async Task Work_whose_push_never_got_through_is_pushed_later_and_not_done_again()
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = bench.StartBot();
        await bench.AskAsync(bot.Queue);
        bench.Agent.Writes("answer.txt", "42\n");
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/git-receive-pack$", Count: 3) { Status = 503 });

        await bot.WorkAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty();
        bench.Agent.Requests.Count.ShouldBe(1);
        var task = (await bot.Queue.ListAsync(new TaskFilter(), Token)).Single();
        (await bot.Journal.AttemptsAsync(task.Id, Token)).Count.ShouldBe(2);
        task.State.ShouldBe(TaskState.Succeeded, task.Reason);
        bot.Get<WorkspaceStore>().IsWhole((await CheckpointAsync(bot, task.Id)).Workspace).ShouldBeFalse("a task that is over leaves no workspace");
    }

    private static async Task<AgentCheckpoint> CheckpointAsync(BotLife bot, TaskId id) =>
        StepJson.Read<AgentCheckpoint>((await bot.Journal.FindStepAsync(id, RunStep.Agent, Token))!.Intent);

    /// <summary>Kills the bot when the agent has told its session and written half of its change; gives the next bot.</summary>
    private static async Task<BotLife> KillAtWorkAsync(EffectBench bench)
    {
        var bot = bench.StartBot();
        await bench.AskAsync(bot.Queue);
        var atWork = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            request.OnSession!(Session);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "half.txt"), "half\n", cancellationToken);
            await KeptAsync(bot, request.TaskId, cancellationToken);
            atWork.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("A dead bot's agent went on.");
        });
        var work = bot.WorkAsync();
        await Task.WhenAny(atWork.Task, work);
        work.IsCompleted.ShouldBeFalse("the agent was not started");
        bot.Die();
        return bench.StartBot();
    }

    // The ledger's writer takes its jobs in order: when a later one is done, the session's is too.
    private static async Task KeptAsync(BotLife bot, TaskId id, CancellationToken cancellationToken) =>
        (await bot.Queue.SetPriorityAsync(id, TaskPriority.High, cancellationToken)).ShouldBeTrue();

    private static async Task ShouldHoldAsync(EffectBench bench, params (string Path, string? Text)[] files)
    {
        var branch = bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.HeadBranch;
        foreach (var (path, text) in files)
            (await bench.Playground.GitHub.ReadFileAsync(EffectBench.Repository, branch, path, Token)).ShouldBe(text, path);
    }
}
