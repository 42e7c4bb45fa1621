using System.Text;
using System.Text.Json;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Triggers;

/// <summary>The trigger room over the real ledger and a GitHub with one issue, whose every property a test may change.</summary>
internal sealed class TriggerStage : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claude-bot-triggers-").FullName;
    private readonly ServiceProvider _services;

    private TriggerStage(ScriptedGitHub github, int mostWaiting, Func<TriggerOptions, TriggerOptions> adjust)
    {
        GitHub = github;
        github.Answer = AnswerAsync;
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(new LedgerOptions { DataDirectory = _folder, MaxWaitingTasks = mostWaiting })
            .AddSingleton(adjust(new TriggerOptions { Repositories = [Shop, Broken] }))
            .AddSingleton(github.Client(Time, () => "token-of-the-tests"))
            .AddSingleton<QueueSignal>()
            .AddLedger()
            .AddTriggers()
            .BuildServiceProvider();
    }

    public static RepositoryName Broken { get; } = RepositoryName.Parse("acme/broken");
    public static RepositoryName Shop { get; } = RepositoryName.Parse("acme/shop");
    public static IssueReference Issue12 { get; } = new(Shop, 12);

    public ScriptedGitHub GitHub { get; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    public List<string> Labels { get; } = ["claude-bot"];
    public string State { get; set; } = "open";
    public bool IsPull { get; set; }
    public string Permission { get; set; } = "write";
    public string LabelledAt { get; set; } = "2026-05-01T11:59:00Z";

    /// <summary>Another event of issue 12 after the label, as GitHub writes it.</summary>
    public string? LaterEvent { get; set; }

    /// <summary>The answer of the GraphQL API about the last edit; null: it was never edited.</summary>
    public string? LastEdit { get; set; }

    /// <summary>The type of an error that the GraphQL API answers with; null: none.</summary>
    public string? GraphQlError { get; set; }
    public int Status { get; set; } = 200;

    /// <summary>The comments of the repository, as GitHub writes them.</summary>
    public List<string> Comments { get; } = [];

    /// <summary>What the read of the issue itself is answered with; with anything but 200 it is in no list either.</summary>
    public int IssueStatus { get; set; } = 200;

    /// <summary>What the list of pull requests of the bot's branch is answered with.</summary>
    public string Pulls { get; set; } = "[]";

    /// <summary>The branch of pull request 44.</summary>
    public string Branch44 { get; set; } = "by-hand";
    public string UpdatedAt { get; set; } = "2026-01-02T03:04:05Z";
    public IInbox Inbox => Get<IInbox>();
    public ITaskQueue Queue => Get<ITaskQueue>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TriggerStage> OpenAsync(int mostWaiting = 1000, Func<TriggerOptions, TriggerOptions>? adjust = null) =>
        new(await ScriptedGitHub.StartAsync(), mostWaiting, adjust ?? (options => options));

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Stores a delivery of the <c>issues</c> event, decides it, and gives what is kept about it.</summary>
    public async Task<DecidedDelivery> DecideAsync(string action, string? label = "claude-bot", long actor = 7, string login = "ada", string repository = "acme/shop", string type = "User", object? words = null)
    {
        var body = JsonSerializer.Serialize(new
        {
            action,
            label = label is null ? null : new { name = label },
            issue = words ?? new { number = 12, labels = Labels.Select(name => new { name }) },
            repository = new { full_name = repository },
            sender = new { id = actor, login, type },
        });
        await StoreAsync(Guid.NewGuid().ToString(), "issues", body);
        (await DrainAsync()).ShouldBe(1);
        return (await Inbox.DecisionsForAsync(new IssueReference(RepositoryName.Parse(repository), 12), 1, Token)).Single();
    }

    public Task<bool> StoreAsync(string id, string eventName, string body) => Inbox.StoreAsync(
        new Delivery { Id = id, Event = eventName, Body = Encoding.UTF8.GetBytes(body), ReceivedAt = Time.GetUtcNow() },
        Token);

    public Task<int> DrainAsync() => Get<TriggerProcessor>().DrainAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await GitHub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task AnswerAsync(SeenRequest request, Microsoft.AspNetCore.Http.HttpContext http)
    {
        var issue = GitHubJson.Issue(12, "Fix the till", "It is broken.", Labels, State, IsPull, UpdatedAt);
        var isWrite = request.Method is "POST" or "DELETE";
        if (isWrite)
            WriteLabels(request);
        return request.PathAndQuery.Split('?')[0] switch
        {
            _ when Status != 200 => ScriptedGitHub.JsonAsync(http, Status, """{"message":"Server Error"}"""),
            "/repos/acme/shop/issues" => ScriptedGitHub.WithETagAsync(request, http, $"\"{string.Join('-', Labels).Replace(':', '-')}-{State}-{IssueStatus}-{UpdatedAt}\"", IsListed(request) ? $"[{issue}]" : "[]"),
            "/repos/acme/shop/issues/comments" => ScriptedGitHub.WithETagAsync(request, http, $"\"{Comments.Count}\"", $"[{string.Join(',', Comments)}]"),
            "/repos/acme/shop/issues/12" when IssueStatus != 200 => ScriptedGitHub.JsonAsync(http, IssueStatus, """{"message":"Moved or gone"}"""),
            _ when isWrite && !request.PathAndQuery.EndsWith("graphql", StringComparison.Ordinal) => ScriptedGitHub.JsonAsync(http, 200, "[]"),
            "/repos/acme/shop/issues/12" => ScriptedGitHub.JsonAsync(http, 200, issue),
            "/repos/acme/shop/issues/12/events" => ScriptedGitHub.JsonAsync(http, 200, $"[{GitHubJson.Event(1, "labeled", GitHubJson.User(7, "ada"), "claude-bot", LabelledAt)}{(LaterEvent is null ? "" : "," + LaterEvent)}]"),
            "/repos/acme/shop/collaborators/ada/permission" => ScriptedGitHub.JsonAsync(http, 200, $$"""{"permission":"{{Permission}}","role_name":"{{Permission}}","user":{{GitHubJson.User(7, "ada")}}}"""),
            "/graphql" when GraphQlError is not null => ScriptedGitHub.JsonAsync(http, 200, $$$"""{"errors":[{"type":"{{{GraphQlError}}}","message":"Not for you"}]}"""),
            "/graphql" => ScriptedGitHub.JsonAsync(http, 200, $$$"""{"data":{"repository":{"issue":{{{LastEdit ?? """{"edited_at":null,"editor":null}"""}}} } } }"""),
            "/repos/acme/shop/pulls" => ScriptedGitHub.JsonAsync(http, 200, Pulls),
            "/repos/acme/shop/pulls/44" => ScriptedGitHub.JsonAsync(http, 200, GitHubJson.PullRequest(44, Branch44)),
            "/user" => ScriptedGitHub.JsonAsync(http, 200, GitHubJson.User(41, "claude-bot[bot]", "Bot")),
            _ => ScriptedGitHub.JsonAsync(http, 404, """{"message":"Not Found"}"""),
        };
    }

    private bool IsListed(SeenRequest request)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.PathAndQuery.Split('?')[1]);
        return IssueStatus == 200
            && (query["state"] == "all" || State == "open")
            && (!query.TryGetValue("labels", out var label) || Labels.Contains(label.ToString()))
            && (!query.TryGetValue("since", out var since) || string.CompareOrdinal(UpdatedAt, since) >= 0);
    }

    private void WriteLabels(SeenRequest request)
    {
        const string Path = "/repos/acme/shop/issues/12/labels";
        if (request.Method == "DELETE" && request.PathAndQuery.StartsWith(Path + "/", StringComparison.Ordinal))
            Labels.Remove(Uri.UnescapeDataString(request.PathAndQuery[(Path.Length + 1)..]));
        else if (request.PathAndQuery == Path)
            Labels.AddRange(JsonElement.Parse(request.Body).GetProperty("labels").EnumerateArray().Select(label => label.GetString()!));
    }
}
