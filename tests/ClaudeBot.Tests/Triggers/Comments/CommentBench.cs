using System.Text;
using System.Text.Json;
using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Ledger;
using ClaudeBot.Playground;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Runs;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Triggers.Comments;

/// <summary>A local GitHub with one labelled issue, and a bot that hears comments, by webhook or by its poll, and posts what it has to say.</summary>
internal sealed class CommentBench : IAsyncDisposable
{
    public const string Repository = "acme/shop";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("comments-");
    private ServiceProvider _services = null!;

    public PlaygroundHost Playground { get; private set; } = null!;

    /// <summary>GitHub's clock; its times are whole seconds, and what happens within one has no order.</summary>
    public FakeTimeProvider GitHubTime { get; } = new(TimeProvider.System.GetUtcNow());

    public TestAgent Agent { get; } = new();

    public Issue Issue { get; private set; } = null!;

    public IssueReference Subject => new(RepositoryName.Parse(Repository), Issue.Number);

    public ITaskQueue Queue => Get<ITaskQueue>();

    /// <summary>Comments come by the poll alone.</summary>
    public bool ByPoll { get; init; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<CommentBench> StartAsync(bool byPoll = false, string? policy = null, Func<TriggerOptions, TriggerOptions>? adjust = null, Action<IServiceCollection>? more = null)
    {
        var bench = new CommentBench { ByPoll = byPoll };
        bench.Playground = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(bench._folder.FullName, "github"), Time = bench.GitHubTime }, Token);
        var gitHub = bench.Playground.GitHub;
        gitHub.AddUser("claude-bot", "bot-token-123");
        var files = new Dictionary<string, string> { ["README.md"] = "# Shop\n" };
        if (policy is not null)
            files[".github/claude-bot.yml"] = policy;
        await gitHub.CreateRepositoryAsync(Repository, files, Token);
        foreach (var (login, permission) in new[] { ("claude-bot", Permission.Write), ("mona", Permission.Write), ("tim", Permission.Triage) })
        {
            if (login != "claude-bot")
                gitHub.AddUser(login, login + "-token");
            gitHub.SetPermission(Repository, login, permission);
        }

        gitHub.AddUser("other-bot[bot]", type: "Bot");
        bench.Issue = await gitHub.FileIssueAsync(Repository, "tim", "The answer is missing", "Please write answer.txt.", ["claude-bot"], Token);
        var options = new TriggerOptions { Repositories = [RepositoryName.Parse(Repository)] };
        bench._services = RunBench.Compose(bench.Playground, Path.Combine(bench._folder.FullName, "data"), bench.Agent, services =>
        {
            services.AddSingleton(adjust?.Invoke(options) ?? options).AddSingleton<QueueSignal>().AddTriggers();
            more?.Invoke(services);
        });
        if (byPoll)
            await bench.PollAsync();
        return bench;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Makes the issue's task, which waits.</summary>
    public async Task<QueuedTask> AskAsync() => ((EnqueueResult.Added)await Queue.EnqueueAsync(
        new NewTask
        {
            Kind = TaskKind.Issue,
            Repository = Subject.Repository,
            IssueNumber = Issue.Number,
            Title = Issue.Title,
            Description = Issue.Body ?? "",
            RequestedBy = "mona",
            RequestedById = Playground.GitHub.Account("mona").Id,
            ObservedAt = TimeProvider.System.GetUtcNow(),
        },
        Token)).Task;

    public async Task<TaskLease> ClaimAsync() => (await Queue.ClaimAsync(new WorkerIdentity("test", "boot-1"), new QueueOptions(), Token)).ShouldNotBeNull();

    /// <summary>Claims the next task, runs it and writes the verdict, as the worker loop does; then what is to be said is said.</summary>
    public async Task<TaskVerdict> RunAsync()
    {
        var lease = await ClaimAsync();
        using var interruption = new TaskInterruption();
        var verdict = await Get<TaskRunner>().RunAsync(lease, interruption);
        (verdict switch
        {
            TaskVerdict.End end => await Queue.EndAsync(lease, end.Outcome, Token),
            TaskVerdict.Requeue requeue => await Queue.RequeueAsync(lease, requeue.Reason, requeue.NotBefore, requeue.CountsAttempt, Token),
            TaskVerdict.Ask ask => await Queue.AskAsync(lease, ask.Request, Token),
            _ => false,
        }).ShouldBeTrue();
        await PostAsync();
        return verdict;
    }

    /// <summary>Somebody says something, and the bot takes it in and answers.</summary>
    public async Task<IssueComment> SayAsync(string login, string words, int? number = null)
    {
        var comment = await Playground.GitHub.CommentAsync(Repository, number ?? Issue.Number, login, words, Token);
        await HearAsync(comment, "created");
        return comment;
    }

    /// <summary>The bot takes a comment in, as a delivery of its own each time.</summary>
    /// <param name="action">As in GitHub's payload.</param>
    /// <param name="sender">Who did it; null: the author.</param>
    public async Task HearAsync(IssueComment comment, string action, string? sender = null)
    {
        if (ByPoll)
            await PollAsync();
        else
            await StoreAsync(comment, action, Playground.GitHub.Account(sender ?? comment.Author.Login));
        await Get<TriggerProcessor>().DrainAsync(Token);
        await PostAsync();
    }

    /// <summary>The issue's task opens its pull request.</summary>
    public async Task<Issue> OpenPullAsync()
    {
        await AskAsync();
        Agent.Writes("answer.txt", "42\n");
        (await RunAsync()).ShouldBeOfType<TaskVerdict.End>().Outcome.State.ShouldBe(TaskState.Succeeded);
        return Playground.GitHub.Repository(Repository).PullRequests.ShouldHaveSingleItem();
    }

    /// <summary>The texts of the remarks that no task sees to yet.</summary>
    public async Task<IReadOnlyList<string>> RemarksAsync() => [.. (await Get<IRemarks>().WaitingAsync(Token)).Select(stored => stored.Remark.Detail.Text)];

    /// <summary>Makes the follow-up of all that waits.</summary>
    public async Task<QueuedTask> FollowUpAsync()
    {
        var remarks = Get<IRemarks>();
        var batch = await remarks.WaitingAsync(Token);
        var origin = (await remarks.OriginAsync(batch[0].Remark.Pull, Token)).ShouldNotBeNull();
        return (await remarks.MakeTaskAsync(FollowUpTask.For(origin, batch), batch, Token)).ShouldBeOfType<EnqueueResult.Added>().Task;
    }

    /// <summary>Puts a new comment into the inbox, as the webhook's door does; it is not decided yet.</summary>
    public async Task StoreAsync(IssueComment comment)
    {
        await StoreAsync(comment, "created", comment.Author);
        Get<InboxSignal>().Set();
    }

    public Task PostAsync() => Get<Postman>().RunOnceAsync(Token);

    public async Task PollAsync() => (await Get<IssuePoller>().PollOnceAsync(Token)).Failed.ShouldBe(0);

    /// <summary>The issue's task that was made last.</summary>
    public async Task<QueuedTask> TaskAsync() => (await Queue.FindByIssueAsync(Subject, Token))[0];

    public async Task<IReadOnlyList<string>> EventsAsync() => [.. (await Get<IEventLog>().SinceAsync(DateTimeOffset.MinValue, 1000, Token)).Select(entry => $"{entry.Kind} {entry.Actor}")];

    /// <summary>The reactions to a comment, in the order given.</summary>
    public static IEnumerable<string> Reactions(IssueComment comment) => comment.Reactions.Select(reaction => $"{reaction.Author.Login} {reaction.Content}");

    /// <summary>What the bot wrote under the issue, its live comment left out; without the marker.</summary>
    public IReadOnlyList<string> Answers(int? number = null) =>
    [
        .. Playground.GitHub.Repository(Repository).Issues[number ?? Issue.Number].Comments
            .Where(comment => comment.Author.Login == "claude-bot" && comment.Body.StartsWith("<!-- claude-bot:post ", StringComparison.Ordinal))
            .Select(comment => comment.Body[(comment.Body.IndexOf('\n', StringComparison.Ordinal) + 1)..]),
    ];

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Playground.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StoreAsync(IssueComment comment, string action, Account sender)
    {
        var issue = comment.Issue;
        var body = JsonSerializer.Serialize(new
        {
            action,
            issue = new { number = issue.Number, title = issue.Title, body = issue.Body, pull_request = issue.Pull is null ? null : new { } },
            comment = new { id = comment.Id, node_id = "IC", body = comment.Body, created_at = comment.CreatedAt, user = User(comment.Author) },
            repository = new { full_name = Repository },
            sender = User(sender),
        });
        await Get<IInbox>().StoreAsync(new Delivery { Id = Guid.NewGuid().ToString(), Event = "issue_comment", Body = Encoding.UTF8.GetBytes(body), ReceivedAt = TimeProvider.System.GetUtcNow() }, Token);
    }

    private static object User(Account account) => new { id = account.Id, login = account.Login, type = account.Type };
}
