using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Effects;

/// <summary>
/// Every outward effect, cut off at every point in every way, happens once: the local GitHub does what it was asked
/// and then loses the reply, or never gets the request; the bot is killed and comes back. 7 × 4 × 4 cases. After a
/// death between the reply and its record, or after the record, the fault meets the resumed run where it looks.
/// </summary>
[Trait("Length", "Long")]
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

        bot.Handler = scene.Handler(bot);
        if (point is Point.BeforeSend or Point.SentWithoutReply)
        {
            bot = await bench.MeetAsync(bot, Kind(mishap, isApplied: point == Point.SentWithoutReply), scene.Method, scene.Path, End(mishap));
        }
        else
        {
            bot = await bench.DieAtRecordAsync(bot, scene.Step, isRecorded: point == Point.Recorded);
            bot.Handler = scene.Handler(bot);
            bot = await bench.MeetAsync(bot, Kind(mishap, isApplied: false), "GET", point == Point.Recorded ? scene.FirstRead : scene.Look, End(mishap));
        }

        bot.Handler = scene.Handler(bot);
        await bot.WorkAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty("every fault met its request");
        bench.Playground.Requests.All.Count.ShouldBeGreaterThan(sentBefore);
        await scene.CheckAsync(bot);
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
        bench.Agent.Requests.Count.ShouldBe(1, "the agent's work is never done again");
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
                return await SetReviewAsync(bench, bot);
        }
    }

    /// <summary>A pull request by the bot on which a person has a remark, and a task that only answers it.</summary>
    private static async Task<Scene> SetReviewAsync(EffectBench bench, BotLife bot)
    {
        await bot.WorkAsync();
        var issue = bench.Shop.PullRequests.Single();
        var note = await bench.Playground.GitHub.NoteAsync(EffectBench.Repository, issue.Number, "mona", "answer.txt", 1, "Why 42?", Token);
        var task = await bench.AskAsync(bot.Queue);
        var pull = new IssueReference(RepositoryName.Parse(EffectBench.Repository), issue.Number);
        return new Scene
        {
            Id = task.Id,
            Path = $"/pulls/{issue.Number}/comments/{note.Id}/replies$",
            Step = RunStep.ReviewReply(note.Id),
            Look = $"/pulls/{issue.Number}/comments",
            FirstRead = $"/pulls/{issue.Number}$",
            Handler = life => (lease, interruption) => AnswerAsync(life, lease, pull, note.Id, interruption.Token),
            CheckAsync = _ =>
            {
                var comments = issue.Pull!.ReviewComments;
                comments.Count.ShouldBe(2);
                (comments[1].InReplyTo, comments[1].Author.Login).ShouldBe((note.Id, "claude-bot"));
                comments[1].Body.ShouldEndWith("It is the answer.");
                return Task.CompletedTask;
            },
        };
    }

    private static async Task<TaskVerdict> AnswerAsync(BotLife life, TaskLease lease, IssueReference pull, long noteId, CancellationToken cancellationToken)
    {
        var steps = new StepLog(life.Get<IRunJournal>(), lease, new Patience(life.Get<RunOptions>(), TimeProvider.System));
        var seen = await steps.ReadAsync(token => life.Get<GitHubClient>().GetPullRequestAsync(pull, token), cancellationToken);
        await life.Get<ReviewAnswers>().ReplyAsync(steps, pull, noteId, "It is the answer.", cancellationToken);
        return new TaskVerdict.End(new TaskOutcome { State = TaskState.Succeeded, Reason = "Answered.", PullRequestNumber = seen.Reference.Number, PullRequestUrl = seen.HtmlUrl });
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
        public Func<BotLife, TaskHandler> Handler { get; init; } = life => life.Get<TaskRunner>().RunAsync;
        public Func<BotLife, Task> CheckAsync { get; init; } = _ => Task.CompletedTask;
    }
}
