using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Effects;

/// <summary>
/// Every outward effect, cut off at every point in every way, happens once: the local GitHub does what it was asked
/// and then loses the reply, or never gets the request; the bot is killed and comes back. 10 × 4 × 4 cases. After a
/// death between the reply and its record, or after the record, the fault meets the resumed run where it looks.
/// </summary>
[Trait("Length", "Long")]
[Trait("Start", "First")]
public sealed class EffectMatrixTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Effect, Point, Mishap> Cells() =>
        [.. from effect in Enum.GetValues<Effect>()
            from point in Enum.GetValues<Point>()
            from mishap in Enum.GetValues<Mishap>()
            select new TheoryDataRow<Effect, Point, Mishap>(effect, point, mishap)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task An_effect_that_is_cut_off_happens_once(Effect effect, Point point, Mishap mishap)
    {
        await using var bench = await EffectBench.StartAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        var bot = bench.StartBot();
        var scene = await SetAsync(bench, bot, effect);
        var sentBefore = bench.Playground.Requests.All.Count;

        if (point is Point.BeforeSend or Point.SentWithoutReply)
        {
            bot = await bench.MeetAsync(bot, Kind(mishap, isApplied: point == Point.SentWithoutReply), scene.Method, scene.Path, End(mishap));
        }
        else
        {
            bot = await bench.DieAtRecordAsync(bot, scene.Step, isRecorded: point == Point.Recorded);
            bot = await bench.MeetAsync(bot, Kind(mishap, isApplied: false), "GET", point == Point.Recorded ? scene.FirstRead : scene.Look, End(mishap));
        }

        await bot.WorkAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty("every fault met its request");
        bench.Playground.Requests.All.Count.ShouldBeGreaterThan(sentBefore);
        scene.Check();
        await CheckOneOfEachAsync(bench, bot, scene);
    }

    internal static FaultKind Kind(Mishap mishap, bool isApplied) => (mishap, isApplied) switch
    {
        (Mishap.BadGateway, true) => FaultKind.ApplyThenBadGateway,
        (Mishap.BadGateway, false) => FaultKind.ServerError,
        (Mishap.Reset, true) => FaultKind.ApplyThenDrop,
        (Mishap.Reset, false) => FaultKind.Reset,
        (_, true) => FaultKind.ApplyThenHold,
        (_, false) => FaultKind.Hold,
    };

    internal static BotEnd End(Mishap mishap) => mishap switch
    {
        Mishap.Kill => BotEnd.Killed,
        Mishap.Timeout => BotEnd.TimedOut,
        _ => BotEnd.None,
    };

    private static async Task CheckOneOfEachAsync(EffectBench bench, BotLife bot, Scene scene)
    {
        var task = (await bot.Queue.FindAsync(scene.Id, Token))!;
        task.State.ShouldBe(TaskState.Succeeded, task.Reason);
        var branch = bench.Shop.References.Where(reference => reference.Key.StartsWith("refs/heads/bot/", StringComparison.Ordinal)).ShouldHaveSingleItem();
        branch.Key.ShouldBe($"refs/heads/{task.Branch}");
        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!;
        pull.HeadSha.ShouldBe(branch.Value);
        pull.IsDraft.ShouldBeFalse();
        (await bench.Shop.Git.CommitsAsync($"main..{branch.Value}", 10, Token)).Count.ShouldBe(scene.Commits);
        bench.Issue.Comments.ShouldHaveSingleItem().Body.ShouldContain("### Claude Bot opened a pull request");
        bench.Issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true);
        bench.Agent.Requests.Count.ShouldBe(scene.AgentRuns, "the agent's work is never done again");
    }

    private static async Task<Scene> SetAsync(EffectBench bench, BotLife bot, Effect effect)
    {
        var task = await bench.AskAsync(bot.Queue);
        var scene = new Scene { Id = task.Id };
        switch (effect)
        {
            case Effect.CreateRef:
                return scene with { Path = @"/acme/shop\.git/git-receive-pack$", Step = RunStep.Push, Look = "/git/ref/heads/" };
            case Effect.Push:
                await bench.CommitAsPersonAsync(task.Branch);
                return scene with { Path = @"/acme/shop\.git/git-receive-pack$", Step = RunStep.Push, Look = "/git/ref/heads/", Commits = 2 };
            case Effect.CreatePullRequest:
                return scene with { Path = "/pulls$", Step = RunStep.PullRequest, Look = @"/pulls\?head=" };
            case Effect.CreateComment:
                return scene with { Path = "/issues/1/comments$", Step = RunStep.Comment, Look = "/issues/1/comments" };
            case Effect.EditComment:
                return scene with { Method = "PATCH", Path = "/issues/comments/", Step = RunStep.Close, Look = "/git/ref/heads/" };
            case Effect.ChangeLabels:
                return scene with { Path = "/issues/1/labels$", Step = RunStep.Announce, Look = "/issues/1$" };
            default:
                return await SetFollowUpAsync(bench, bot, effect);
        }
    }

    /// <summary>A pull request by the bot, and something that was said or found about it.</summary>
    private static async Task<Scene> SetFollowUpAsync(EffectBench bench, BotLife bot, Effect effect)
    {
        await bot.WorkAsync();
        var issue = bench.Shop.PullRequests.Single();
        var pull = new IssueReference(RepositoryName.Parse(EffectBench.Repository), issue.Number);
        var remark = new Remark { Kind = RemarkKind.Check, Pull = pull, Key = $"{effect}", At = TimeProvider.System.GetUtcNow() };
        bench.Agent.Writes("answer.txt", "43\n");
        var scene = new Scene { Id = default, Path = @"/acme/shop\.git/git-receive-pack$", Step = RunStep.Push, Look = "/git/ref/heads/", FirstRead = $"/pulls/{issue.Number}$", Commits = 2, AgentRuns = 2 };
        switch (effect)
        {
            case Effect.ReplyToReview:
                var note = await bench.Playground.GitHub.NoteAsync(EffectBench.Repository, issue.Number, "mona", "answer.txt", 1, "Why 42?", Token);
                var mona = bench.Playground.GitHub.Account("mona").Id;
                remark = remark with { Kind = RemarkKind.ReviewComment, Key = $"{note.Id}", AuthorId = mona, Author = "mona", Detail = new RemarkDetail { Text = "Why 42?", Path = "answer.txt" } };
                return scene with
                {
                    Id = (await EffectBench.RemarkAsync(bot, remark)).Id,
                    Path = $"/pulls/{issue.Number}/comments/{note.Id}/replies$",
                    Step = RunStep.ReviewReply(note.Id),
                    Look = $"/pulls/{issue.Number}/comments",
                    Check = () =>
                    {
                        var comments = issue.Pull!.ReviewComments;
                        comments.Count.ShouldBe(2);
                        (comments[1].InReplyTo, comments[1].Author.Login).ShouldBe((note.Id, "claude-bot"));
                    },
                };
            case Effect.PushMerge:
                await bench.PushAsPersonAsync("main", "answer.txt", "44\n");
                return scene with { Id = (await EffectBench.RemarkAsync(bot, remark with { Kind = RemarkKind.Conflict })).Id, Check = () => issue.Pull!.Facts.Mergeable.ShouldBeTrue() };
            case Effect.PushRepair:
                var red = new Remark { Kind = RemarkKind.Check, Pull = pull, Key = "red", At = TimeProvider.System.GetUtcNow() };
                await bench.Playground.GitHub.EndJobAsync(EffectBench.Repository, issue.Pull!.HeadSha, "build", "failure", "It fails.\n", Token);
                // It was run again already, and is no chance.
                await EffectBench.RemarkAsync(bot, red);
                await bot.WorkAsync();
                await bench.Playground.GitHub.EndJobAsync(EffectBench.Repository, issue.Pull.HeadSha, "build", "failure", "It fails.\n", Token);
                return scene with { Id = (await EffectBench.RemarkAsync(bot, remark)).Id };
            default:
                var job = await bench.Playground.GitHub.EndJobAsync(EffectBench.Repository, issue.Pull!.HeadSha, "build", "failure", "It fails.\n", Token);
                return scene with
                {
                    Id = (await EffectBench.RemarkAsync(bot, remark)).Id,
                    Path = $"/actions/jobs/{job.Id}/rerun$",
                    Step = RunStep.Rerun(job.Id),
                    Look = "/check-runs",
                    Commits = 1,
                    AgentRuns = 1,
                    Check = () => bench.Shop.CheckRuns.ShouldHaveSingleItem().Status.ShouldBe("queued"),
                };
        }
    }

    public enum Effect
    {
        CreateRef,
        Push,
        CreatePullRequest,
        CreateComment,
        EditComment,
        ChangeLabels,
        ReplyToReview,
        PushRepair,
        PushMerge,
        RerunCheck,
    }

    public enum Point
    {
        BeforeSend,
        SentWithoutReply,
        ReplyNotRecorded,
        Recorded,
    }

    public enum Mishap
    {
        Kill,
        Timeout,
        BadGateway,
        Reset,
    }

    /// <summary>How one effect is met: the request that has it, the step that records it, and where a resumed run looks.</summary>
    private sealed record Scene
    {
        public required TaskId Id { get; init; }
        public string Method { get; init; } = "POST";
        public string Path { get; init; } = "";
        public string Step { get; init; } = "";
        public string Look { get; init; } = "";
        public string FirstRead { get; init; } = "/issues/1$";
        public int Commits { get; init; } = 1;
        public int AgentRuns { get; init; } = 1;
        public Action Check { get; init; } = () => { };
    }
}
