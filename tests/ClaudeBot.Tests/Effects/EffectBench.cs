using ClaudeBot.FollowUps;
using ClaudeBot.Playground;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Playground.GitHub;
using ClaudeBot.Tests.Runs;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Effects;

/// <summary>A local GitHub with one issue, and bots that die and come back on the same data.</summary>
internal sealed class EffectBench : IAsyncDisposable
{
    public const string Repository = "acme/shop";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("effects-");
    private readonly List<BotLife> _lives = [];
    private int _begun;

    public PlaygroundHost Playground { get; private set; } = null!;

    public TestAgent Agent { get; } = new();

    public Issue Issue { get; private set; } = null!;

    public Repository Shop => Playground.GitHub.Repository(Repository);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="files">What the repository holds beside its README.</param>
    public static async Task<EffectBench> StartAsync(params (string Path, string Text)[] files)
    {
        var bench = new EffectBench();
        bench.Playground = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(bench._folder.FullName, "github") }, Token);
        var gitHub = bench.Playground.GitHub;
        gitHub.AddUser("claude-bot", "bot-token-123");
        gitHub.AddUser("mona", "mona-token");
        await gitHub.CreateRepositoryAsync(Repository, files.Append(("README.md", "# Shop\n")).ToDictionary(), Token);
        gitHub.SetPermission(Repository, "claude-bot", Permission.Write);
        gitHub.SetPermission(Repository, "mona", Permission.Write);
        bench.Issue = await gitHub.FileIssueAsync(Repository, "mona", "The answer is missing", "Please write answer.txt.", ["claude-bot"], Token);
        return bench;
    }

    /// <summary>The next life of the bot, which has not begun to work.</summary>
    public BotLife StartBot()
    {
        _lives.Add(new BotLife(Playground, Path.Combine(_folder.FullName, "data"), Agent, $"boot-{_begun++}"));
        return _lives[^1];
    }

    public async Task<QueuedTask> AskAsync(ITaskQueue queue, long? askedById = null)
    {
        var added = await queue.EnqueueAsync(
            new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = RepositoryName.Parse(Repository),
                IssueNumber = Issue.Number,
                Title = Issue.Title,
                Description = "Please write answer.txt.",
                RequestedBy = "mona",
                RequestedById = askedById,
                ObservedAt = TimeProvider.System.GetUtcNow(),
            },
            Token);
        return added.ShouldBeOfType<EnqueueResult.Added>().Task;
    }

    /// <summary>A person's commit, without a change, makes the branch.</summary>
    public async Task CommitAsPersonAsync(string branch)
    {
        var main = Shop.Branch("main")!;
        var sha = await Shop.Git.CommitTreeAsync($"{main}^{{tree}}", [main], "By hand", Playground.GitHub.Account("mona"), Token);
        (await Shop.Git.MoveAsync($"refs/heads/{branch}", null, sha, Token)).ShouldBeTrue();
        Shop.References = await Shop.Git.ReferencesAsync(Token);
    }

    /// <summary>A person's push of one file to a branch that is there.</summary>
    public async Task PushAsPersonAsync(string branch, string path, string text)
    {
        var clone = Path.Combine(_folder.FullName, $"mona-{Guid.NewGuid():N}");
        await Git.RunAsync(_folder.FullName, Token, "clone", "-q", "-b", branch, $"http://mona:mona-token@{Playground.ServerUrl.Authority}/{Repository}.git", clone);
        await File.WriteAllTextAsync(Path.Combine(clone, path), text, Token);
        await Git.RunAsync(clone, Token, "add", "-A");
        await Git.RunAsync(clone, Token, "commit", "-q", "-m", "By hand");
        await Git.RunAsync(clone, Token, "push", "-q", "origin", branch);
    }

    /// <summary>Mona comments on the first line of answer.txt in the diff; gives what the bot hears of it.</summary>
    public async Task<Remark> NoteAsync(Issue pullRequest, string text)
    {
        var note = await Playground.GitHub.NoteAsync(Repository, pullRequest.Number, "mona", "answer.txt", 1, text, Token);
        return new Remark
        {
            Kind = RemarkKind.ReviewComment,
            Pull = new IssueReference(RepositoryName.Parse(Repository), pullRequest.Number),
            Key = $"{note.Id}",
            AuthorId = Playground.GitHub.Account("mona").Id,
            Author = "mona",
            At = TimeProvider.System.GetUtcNow(),
            Detail = new RemarkDetail { Text = note.Body, Path = "answer.txt" },
        };
    }

    /// <summary>Something is said or found about the bot's pull request.</summary>
    public static async Task StoreAsync(BotLife bot, Remark remark)
    {
        var inbox = bot.Get<IInbox>();
        await inbox.StoreAsync(new Delivery { Id = remark.Key, Event = "test", Body = "{}"u8.ToArray(), ReceivedAt = TimeProvider.System.GetUtcNow() }, Token);
        await inbox.DecideAsync(remark.Key, new Decision { Subject = remark.Pull, Outcome = "feedback", Reason = "It is a test.", Remark = remark }, Token);
    }

    /// <summary>The same; gives the task that is to see to it.</summary>
    public static async Task<QueuedTask> RemarkAsync(BotLife bot, Remark remark)
    {
        await StoreAsync(bot, remark);
        var remarks = bot.Get<IRemarks>();
        var waiting = await remarks.WaitingAsync(Token);
        var origin = (await remarks.OriginAsync(remark.Pull, Token)).ShouldNotBeNull();
        return (await remarks.MakeTaskAsync(FollowUpTask.For(origin, waiting), waiting, Token)).ShouldBeOfType<EnqueueResult.Added>().Task;
    }

    /// <summary>
    /// Lets the bot work while a request meets the fault. Gives the life that has all that time been, or was begun
    /// after, the fault; a killed one is followed by the next, which has not begun to work.
    /// </summary>
    public async Task<BotLife> MeetAsync(BotLife bot, FaultKind kind, string method, string path, BotEnd end)
    {
        return await MeetAsync(bot, bot.WorkAsync, kind, method, path, end);
    }

    /// <summary>The same for other work of the bot.</summary>
    public async Task<BotLife> MeetAsync(BotLife bot, Func<Task> begin, FaultKind kind, string method, string path, BotEnd end)
    {
        Playground.Faults.Add(new Fault(kind, method, path) { Status = 502 });
        var work = begin();
        if (end != BotEnd.None)
        {
            await Task.WhenAny(Playground.Faults.WhenHeldAsync(Token), work);
            work.IsCompleted.ShouldBeFalse($"nothing asked for {method} {path}");
        }

        switch (end)
        {
            case BotEnd.Killed:
                bot.Die();
                return StartBot();
            case BotEnd.TimedOut:
                // Longer than a call to GitHub may take, and than a git command may.
                bot.Clock.Advance(path.Contains("git-", StringComparison.Ordinal) ? TimeSpan.FromMinutes(11) : TimeSpan.FromSeconds(31));
                break;
        }

        await work;
        return bot;
    }

    /// <summary>Lets the bot work until it dies around the record of a step; gives the next life.</summary>
    public async Task<BotLife> DieAtRecordAsync(BotLife bot, string step, bool isRecorded)
    {
        bot.Journal.DieAt(step, isRecorded);
        var work = bot.WorkAsync();
        await Task.WhenAny(bot.Journal.Died, work);
        work.IsCompleted.ShouldBeFalse($"the step {step} never ended");
        return StartBot();
    }

    /// <summary>Frees what a dead life still holds, so that the next fault's request is the only one that is held.</summary>
    public async Task BuryAsync(BotLife dead)
    {
        _lives.Remove(dead);
        await dead.DisposeAsync();
        await Playground.Faults.WhenNoneHeldAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives)
            await life.DisposeAsync();
        await Playground.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>What becomes of the bot while its request is held.</summary>
internal enum BotEnd
{
    None,
    TimedOut,
    Killed,
}
