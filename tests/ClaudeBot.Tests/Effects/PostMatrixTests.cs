using ClaudeBot.Conversation;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using ClaudeBot.Triggers.Comments;
using Point = ClaudeBot.Tests.Effects.EffectMatrixTests.Point;
using Mishap = ClaudeBot.Tests.Effects.EffectMatrixTests.Mishap;

namespace ClaudeBot.Tests.Effects;

/// <summary>Everything that goes through the outbox, cut off at every point in every way, is said once. 5 × 4 × 4 cases.</summary>
[Trait("Length", "Long")]
public sealed class PostMatrixTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Post, Point, Mishap> Cells() =>
        [.. from post in Enum.GetValues<Post>()
            from point in Enum.GetValues<Point>()
            from mishap in Enum.GetValues<Mishap>()
            select new TheoryDataRow<Post, Point, Mishap>(post, point, mishap)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_post_that_is_cut_off_is_said_once(Post post, Point point, Mishap mishap)
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = bench.StartBot();
        var said = await bench.Playground.GitHub.CommentAsync(EffectBench.Repository, bench.Issue.Number, "mona", "@claude-bot something", Token);
        var (key, path) = await CauseAsync(bench, bot, post, said);

        if (point is Point.BeforeSend or Point.SentWithoutReply)
        {
            bot = await bench.MeetAsync(bot, bot.PostAsync, EffectMatrixTests.Kind(mishap, isApplied: point == Point.SentWithoutReply), "POST", path, EffectMatrixTests.End(mishap));
        }
        else
        {
            bot.Outbox.DieAt(key, isRecorded: point == Point.Recorded);
            var posting = bot.PostAsync();
            await Task.WhenAny(bot.Outbox.Died, posting);
            posting.IsCompleted.ShouldBeFalse($"{key} was never posted");
            bot = bench.StartBot();
            // Where it was not recorded, the next life looks for a comment, or gives the reaction again: that fails once, too.
            if (point == Point.ReplyNotRecorded)
                bot = await bench.MeetAsync(bot, bot.PostAsync, EffectMatrixTests.Kind(mishap, isApplied: false), post == Post.Reaction ? "POST" : "GET", path, EffectMatrixTests.End(mishap));
        }

        await bot.PostAsync();
        await bot.PostAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty("every fault met its request");
        (await bot.Outbox.PendingAsync(10, Token)).ShouldBeEmpty();
        if (post == Post.Reaction)
            said.Reactions.ShouldHaveSingleItem().Content.ShouldBe("+1");
        else
            bench.Issue.Comments.Where(comment => comment.Body.StartsWith(Postman.Marker(key), StringComparison.Ordinal)).ShouldHaveSingleItem();
        bench.Issue.Comments.Count().ShouldBe(post == Post.Reaction ? 1 : 2);
    }

    /// <summary>Gives cause for the post, and for no other on GitHub but a reaction; gives its key and its request.</summary>
    private static async Task<(string Key, string Path)> CauseAsync(EffectBench bench, BotLife bot, Post post, IssueComment said)
    {
        const string comments = "/issues/1/comments";
        var task = await bench.AskAsync(bot.Queue, bench.Playground.GitHub.Account("mona").Id);
        switch (post)
        {
            case Post.Reaction:
                await OrderAsync(bench, bot, new Command.SetPriority(TaskPriority.Low), said.Id);
                return ($"reaction:acme/shop:{said.Id}", $"/issues/comments/{said.Id}/reactions$");
            case Post.Answer:
                await OrderAsync(bench, bot, new Command.Status(), said.Id);
                return ($"answer:acme/shop:{said.Id}", comments);
        }

        var lease = (await bot.Queue.ClaimAsync(new WorkerIdentity("test", "boot-0"), new QueueOptions(), Token))!;
        switch (post)
        {
            case Post.Question:
                await bot.Queue.AskAsync(lease, new InputRequest(AwaitedInput.Question, "Which?", "### A question"), Token);
                return ($"ask:{task.Id}:{lease.Fence}", comments);
            case Post.Plan:
                await bot.Queue.AskAsync(lease, new InputRequest(AwaitedInput.Plan, "Plan.", PlanComment.Text("Do it.", "claude-bot", "mona")), Token);
                return ($"ask:{task.Id}:{lease.Fence}", comments);
            default:
                await bot.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Failed, Reason = "No." }, Token);
                return ($"end:{task.Id}:{lease.Fence}", comments);
        }
    }

    private static async Task OrderAsync(EffectBench bench, BotLife bot, Command command, long commentId)
    {
        await bot.Get<IInbox>().StoreAsync(new Delivery { Id = "order", Event = "issue_comment", Body = "{}"u8.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() }, Token);
        var order = new CommandOrder
        {
            Subject = new IssueReference(RepositoryName.Parse(EffectBench.Repository), bench.Issue.Number),
            CommentId = commentId,
            Command = command,
            By = "mona",
            ById = 1,
            ByBot = false,
            LargestBudgetUsd = 5,
            MostOfBots = 5,
            Mention = "claude-bot",
        };
        (await bot.Get<IInbox>().CarryOutAsync("order", order, Token)).IsDone.ShouldBeTrue();
    }

    public enum Post
    {
        Reaction,
        Answer,
        Question,
        Plan,
        Notice,
    }
}
