using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using ClaudeBot.Triggers.Comments;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Runs;

/// <summary>A pull request by the bot, and people who say something about it.</summary>
internal sealed class FollowUpBench : IAsyncDisposable
{
    /// <summary>A bot that is listened to, by its number.</summary>
    public const long Bot = 424_242;

    private FollowUpBench(RunBench bench) => Bench = bench;

    public RunBench Bench { get; }

    public Issue Issue { get; private set; } = null!;

    public PullRequest Pull => Issue.Pull!;

    public IssueReference Reference => new(RepositoryName.Parse(RunBench.Repository), Issue.Number);

    public IReadOnlyList<ReviewComment> Notes => Pull.ReviewComments;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="before">What happens in the repository before the pull request is asked for.</param>
    public static async Task<FollowUpBench> StartAsync(string? policy = "test: [\"grep -q 42 answer.txt\"]", Func<RunBench, Task>? before = null)
    {
        var bench = new FollowUpBench(await RunBench.StartAsync(policy, [], services => services.AddSingleton(new FollowUpOptions { AllowedBots = [Bot] })));
        await (before?.Invoke(bench.Bench) ?? Task.CompletedTask);
        await bench.Bench.AskAsync(requestedById: bench.Mona.Id);
        bench.Bench.Agent.Writes("answer.txt", "42\nsecond\nthird\n");
        (await bench.Bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        bench.Issue = bench.Bench.Shop.PullRequests.ShouldHaveSingleItem();
        return bench;
    }

    /// <summary>A comment on a line of <c>answer.txt</c>; gives its id.</summary>
    public async Task<long> NoteAsync(int line, string text)
    {
        var note = await Bench.Playground.GitHub.NoteAsync(RunBench.Repository, Issue.Number, "mona", "answer.txt", line, text, Token);
        await StoreAsync(RemarkReader.Of(Reference, new GitHubReviewComment(note.Id, null, text, Mona, note.CreatedAt, "u") { Path = "answer.txt", Line = line, DiffHunk = note.DiffHunk }));
        return note.Id;
    }

    public async Task CommentAsync(string text, string login = "mona")
    {
        var comment = await Bench.Playground.GitHub.CommentAsync(RunBench.Repository, Issue.Number, login, text, Token);
        await StoreAsync(RemarkReader.Of(new Request.Said(Reference, comment.Id, new GitHubUser(comment.Author.Id, login, IsBot: false), text, comment.CreatedAt, OnPullRequest: true, Words: null)));
    }

    /// <summary>Somebody gives a command under the pull request.</summary>
    public async Task OrderAsync(string login, Command command)
    {
        var comment = await Bench.Playground.GitHub.CommentAsync(RunBench.Repository, Issue.Number, login, "@claude-bot", Token);
        var inbox = Bench.Get<IInbox>();
        var id = $"{Guid.NewGuid()}";
        await inbox.StoreAsync(new Delivery { Id = id, Event = "test", Body = "{}"u8.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() }, Token);
        var order = new CommandOrder
        {
            Subject = Reference,
            CommentId = comment.Id,
            Command = command,
            By = login,
            ById = comment.Author.Id,
            ByBot = false,
            LargestBudgetUsd = 5,
            MostOfBots = 5,
            Mention = "claude-bot",
        };
        (await inbox.CarryOutAsync(id, order, Token)).IsDone.ShouldBeTrue();
    }

    /// <summary>The bot that is listened to says something, which is on no page of GitHub.</summary>
    public Task BotSaysAsync(string text) =>
        StoreAsync(new Remark { Kind = RemarkKind.Comment, Pull = Reference, Key = $"{Guid.NewGuid()}", Author = "other-bot[bot]", AuthorId = Bot, At = TimeProvider.System.GetUtcNow(), Detail = new RemarkDetail { Text = text } });

    /// <summary>What people and the operator are told of ends, in comments and messages of their own.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync() =>
        [.. (await Bench.Get<IOutbox>().PendingAsync(1000, Token)).Where(post => post.Key.Contains("end:", StringComparison.Ordinal)).Select(post => $"{post.Kind.Word()} {post.Content}")];

    public Task ConflictAsync() => StoreAsync(new Remark { Kind = RemarkKind.Conflict, Pull = Reference, Key = $"{Guid.NewGuid()}", At = TimeProvider.System.GetUtcNow() });

    /// <summary>A job of GitHub Actions fails on the pull request's last commit, and the bot hears of it.</summary>
    public async Task FailAsync(string log)
    {
        var run = await Bench.Playground.GitHub.EndJobAsync(RunBench.Repository, Pull.HeadSha, "build", "failure", log, Token);
        await StoreAsync(RemarkReader.Of(Reference, new FailedCheckRun(run.Id, false, "build", Pull.HeadSha, "failure", null, run.CompletedAt!.Value) { Report = $"{Guid.NewGuid()}" }) with { Key = $"{Guid.NewGuid()}" });
    }

    /// <summary>As the decision about a delivery does.</summary>
    public async Task StoreAsync(Remark remark)
    {
        var id = $"{Guid.NewGuid()}";
        var inbox = Bench.Get<IInbox>();
        await inbox.StoreAsync(new Delivery { Id = id, Event = "test", Body = "{}"u8.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() }, Token);
        await inbox.DecideAsync(id, new Decision { Subject = Reference, Outcome = "feedback", Reason = "It is a test.", Remark = remark }, Token);
    }

    /// <summary>Makes the task of all that waits.</summary>
    public async Task<QueuedTask> MakeTaskAsync()
    {
        var remarks = Bench.Get<IRemarks>();
        var batch = await remarks.WaitingAsync(Token);
        var origin = (await remarks.OriginAsync(Reference, Token)).ShouldNotBeNull();
        return (await remarks.MakeTaskAsync(FollowUpTask.For(origin, batch), batch, Token)).ShouldBeOfType<EnqueueResult.Added>().Task;
    }

    /// <summary>Makes the task of all that waits and runs it to its end.</summary>
    public async Task<TaskOutcome> FollowUpAsync()
    {
        await MakeTaskAsync();
        return await Bench.EndAsync();
    }

    /// <summary>The bot's answer to a comment on the diff.</summary>
    public string AnswerTo(long note) =>
        Notes.Where(comment => comment.InReplyTo == note && comment.Author.Login == "claude-bot").ShouldHaveSingleItem().Body;

    public Task<string?> FileAsync(string path) => Bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, Pull.HeadBranch, path, Token);

    /// <summary>Commits of the branch that its base lacks, newest first.</summary>
    public async Task<IReadOnlyList<string>> CommitsAsync() =>
        [.. (await Bench.Shop.Git.CommitsAsync($"main..{Pull.HeadSha}", 20, Token)).Select(commit => commit.Message.Split('\n')[0])];

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private GitHubUser Mona => new(Bench.Playground.GitHub.Account("mona").Id, "mona", IsBot: false);
}
