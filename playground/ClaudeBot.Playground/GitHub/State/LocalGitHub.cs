using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.Hooks;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>
/// The state of the local GitHub, and a typed way to move it: what a person does on the pages, a test does here.
/// Repositories are named <c>owner/name</c>, accounts by login. A wrong name is an <see cref="ArgumentException"/>,
/// what GitHub would refuse is a <see cref="RefusalException"/>.
/// </summary>
public sealed class LocalGitHub : IAsyncDisposable
{
    private readonly HookSender sender;
    private readonly HookQueue hooks;

    internal LocalGitHub(string dataFolder, TimeProvider time)
    {
        Directory = new GitHubDirectory(dataFolder, time);
        sender = new HookSender(Directory);
        hooks = new HookQueue(sender, Changes);
        Apps = new AppDesk(Directory);
        Announcer = new Announcer(hooks, Apps);
        Labelling = new Labelling(Directory, Announcer);
        Tracker = new Tracker(Directory, Labelling, Announcer);
        Conversation = new Conversation(Directory, Announcer);
        Branches = new Branches(Directory, Tracker, Announcer);
        Pulls = new PullDesk(Directory, Tracker, Branches, Announcer);
        Reviews = new ReviewDesk(Directory, Announcer);
        Uploads = new UploadDesk(Directory.At);
    }

    /// <summary>How webhook deliveries misbehave.</summary>
    public HookKnobs HookKnobs => hooks.Knobs;

    public IEnumerable<Repository> Repositories => Directory.Repositories;

    internal GitHubDirectory Directory { get; }
    internal Changes Changes { get; } = new();
    internal AppDesk Apps { get; }
    internal Announcer Announcer { get; }
    internal Labelling Labelling { get; }
    internal Tracker Tracker { get; }
    internal Conversation Conversation { get; }
    internal Branches Branches { get; }
    internal PullDesk Pulls { get; }
    internal ReviewDesk Reviews { get; }
    internal UploadDesk Uploads { get; }

    /// <summary>Adds an account, or finds it; <paramref name="token"/> signs it in. <paramref name="type"/> is <c>User</c>, <c>Bot</c> or <c>Organization</c>.</summary>
    public Account AddUser(string login, string? token = null, string type = "User")
    {
        var account = Directory.AddAccount(login, type);
        if (token is not null)
        {
            Directory.AddToken(token, account);
        }

        return account;
    }

    /// <summary>From now on the token is answered with 401 "Bad credentials".</summary>
    public void RevokeToken(string token) => Directory.RemoveToken(token);

    /// <summary>The repository of that name (<c>owner/name</c>).</summary>
    public Repository Repository(string name)
    {
        var parts = name.Split('/');
        return parts.Length == 2 && Directory.FindRepository(parts[0], parts[1]) is { } repository
            ? repository
            : throw new ArgumentException($"There is no repository {name} in the playground.", nameof(name));
    }

    public Account Account(string login) =>
        Directory.FindAccount(login) ?? throw new ArgumentException($"There is no account {login} in the playground.", nameof(login));

    /// <summary>Makes a repository whose branch <c>main</c> holds, in one commit, every file of <paramref name="folder"/>.</summary>
    public async Task<Repository> CreateRepositoryAsync(string name, string folder, CancellationToken cancellationToken, bool isPrivate = false)
    {
        var parts = name.Split('/');
        var owner = AddUser(parts[0]);
        var repository = Directory.AddRepository(owner, parts[1]);
        repository.IsPrivate = isPrivate;
        using var gate = await repository.EnterAsync(cancellationToken);
        await repository.Git.CreateAsync(repository.DefaultBranch, cancellationToken);
        await repository.Git.CommitFolderAsync(folder, repository.DefaultBranch, "Initial commit", owner, cancellationToken);
        repository.References = await repository.Git.ReferencesAsync(cancellationToken);
        Changes.Raise();
        return repository;
    }

    /// <summary>As the other, from file contents by path.</summary>
    public async Task<Repository> CreateRepositoryAsync(
        string name, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken, bool isPrivate = false)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("playground-");
        try
        {
            foreach (var (path, text) in files)
            {
                var file = Path.Combine(folder.FullName, path);
                System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, text, cancellationToken);
            }

            return await CreateRepositoryAsync(name, folder.FullName, cancellationToken, isPrivate);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Makes an account a collaborator, or with <see cref="Permission.None"/> no longer one.</summary>
    public void SetPermission(string repository, string login, Permission permission)
    {
        var target = Repository(repository);
        target.Permissions = target.Permissions.SetItem(Account(login).Id, permission);
    }

    public Task<Issue> FileIssueAsync(
        string repository, string login, string title, string? body, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Tracker.Open(target, actor, title, body, labels, []), cancellationToken);

    /// <summary>Uploads a file as a person does who drags it into an issue; gives the address to put into a text.</summary>
    public string Upload(string repository, byte[] bytes, string contentType) => Uploads.Add(Repository(repository), bytes, contentType);

    /// <summary>Marks an issue as blocked by another of the same repository.</summary>
    public Task BlockAsync(string repository, int number, int blocker, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, _) => Issue(target, number).BlockedBy = Issue(target, number).BlockedBy.Add(Issue(target, blocker)), cancellationToken);

    /// <summary>Makes an issue a part of another of the same repository.</summary>
    public Task AddSubIssueAsync(string repository, int parent, int number, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, _) => Issue(target, number).Parent = Issue(target, parent), cancellationToken);

    public Task LabelAsync(string repository, int number, string login, string label, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Labelling.Add(Issue(target, number), actor, [label]), cancellationToken);

    public Task UnlabelAsync(string repository, int number, string login, string label, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Labelling.Remove(Issue(target, number), actor, label), cancellationToken);

    public Task<IssueComment> CommentAsync(string repository, int number, string login, string body, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Conversation.Comment(Issue(target, number), actor, body), cancellationToken);

    public Task EditCommentAsync(string repository, long id, string login, string body, CancellationToken cancellationToken) =>
        ChangeAsync(
            repository,
            login,
            (target, actor) =>
            {
                var comment = target.Comments.Find(comment => comment.Id == id) ?? throw RefusalException.NotFound();
                Conversation.Edit(comment, actor, body);
                return comment;
            },
            cancellationToken);

    public Task EditIssueAsync(string repository, int number, string login, string? title, string? body, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Tracker.Rewrite(Issue(target, number), actor, title, body), cancellationToken);

    public Task CloseAsync(string repository, int number, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Tracker.Close(Issue(target, number), actor, null, null), cancellationToken);

    public Task ReopenAsync(string repository, int number, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Tracker.Reopen(Issue(target, number), actor), cancellationToken);

    /// <summary>Takes a pull request out of draft; on GitHub only its GraphQL API and its pages do that.</summary>
    public Task MarkReadyAsync(string repository, int number, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Pulls.MarkReady(Issue(target, number), actor), cancellationToken);

    /// <summary>Merges with a merge commit; gives its sha.</summary>
    public Task<string> MergeAsync(string repository, int number, string login, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Pulls.MergeAsync(Issue(target, number), actor, "merge", null, null, null, cancellationToken), cancellationToken);

    /// <summary><paramref name="verdict"/> is <c>APPROVE</c>, <c>REQUEST_CHANGES</c> or <c>COMMENT</c>.</summary>
    public Task<Review> ReviewAsync(string repository, int number, string login, string verdict, string body, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Reviews.ReviewAsync(Issue(target, number), actor, verdict, body, null, [], cancellationToken), cancellationToken);

    /// <summary>Comments on a line of the new side of a pull request's diff.</summary>
    public Task<ReviewComment> NoteAsync(
        string repository, int number, string login, string path, int line, string body, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) =>
            Reviews.NoteAsync(Issue(target, number), actor, new LineNote(path, line, "RIGHT", body), null, null, cancellationToken), cancellationToken);

    /// <summary>A job of GitHub Actions ends on a commit, having printed <paramref name="log"/>. One that waits to run again ends anew.</summary>
    public Task<CheckRun> EndJobAsync(string repository, string sha, string name, string conclusion, string log, CancellationToken cancellationToken) =>
        ChangeAsync(repository, Repository(repository).Owner.Login, (target, actor) =>
            target.CheckRuns.Find(run => run.HeadSha == sha && run.Name == name && run.Status != "completed") is { } waiting
                ? Reviews.EndRun(target, actor, waiting, conclusion, log)
                : Reviews.AddRun(target, actor, new CheckRun(Directory.NextId(), sha, name, "completed", conclusion, null, null, null, null, null, Directory.Now, Directory.Now) { Log = log }),
            cancellationToken);

    /// <summary>Adds a hook that hears <paramref name="events"/> (all, when none are named); GitHub greets it with a <c>ping</c>.</summary>
    public Task<Hook> AddHookAsync(string repository, Uri url, string? secret, IReadOnlyList<string> events, CancellationToken cancellationToken) =>
        ChangeAsync(repository, Repository(repository).Owner.Login, (target, actor) => AddHook(target, actor, url, secret, events), cancellationToken);

    /// <summary>Registers a GitHub App, which signs in with the private half of <paramref name="publicKeyPem"/>; it acts as <c>slug[bot]</c>.</summary>
    public GitHubApp AddApp(string slug, string owner, string publicKeyPem) => Apps.Register(slug, AddUser(owner), publicKeyPem);

    /// <summary>Installs an App in repositories of one owner, with write permission.</summary>
    public Installation InstallApp(GitHubApp app, params string[] repositories) => Apps.Install(app, [.. repositories.Select(Repository)]);

    /// <summary>Gives an App its webhook, which hears <paramref name="events"/> (all, when none are named) wherever it is installed.</summary>
    public Hook SetAppHook(GitHubApp app, Uri url, string? secret, IReadOnlyList<string> events) =>
        app.Hook = new Hook(Directory.NextId(), null, app, url, secret, events.Count == 0 ? ["*"] : [.. events], Directory.Now);

    /// <summary>From now on every token of an installation given out so far is answered with 401.</summary>
    public void RevokeInstallationTokens() => Apps.RevokeAll();

    /// <summary>The text of a file at the head of a branch; null when the branch or the file is not there.</summary>
    public async Task<string?> ReadFileAsync(string repository, string branch, string path, CancellationToken cancellationToken)
    {
        var target = Repository(repository);
        return target.Branch(branch) is { } sha && await target.Git.EntryAsync(sha, path, cancellationToken) is { Type: "blob" } entry
            ? System.Text.Encoding.UTF8.GetString(await target.Git.BlobAsync(entry.Sha, cancellationToken))
            : null;
    }

    /// <summary>Completes when every delivery under way has been tried (or dropped).</summary>
    public Task WhenHooksDeliveredAsync(CancellationToken cancellationToken) => Changes.WhenAsync(() => hooks.IsEmpty, cancellationToken);

    /// <summary>Completes once <paramref name="condition"/> holds; it is asked now and after every change of state.</summary>
    public Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken) => Changes.WhenAsync(condition, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await hooks.DisposeAsync();
        sender.Dispose();
        foreach (var app in Apps.Apps)
        {
            app.Dispose();
        }

        foreach (var repository in Repositories)
        {
            repository.Dispose();
        }
    }

    internal Hook AddHook(Repository repository, Account actor, Uri url, string? secret, IReadOnlyList<string> events)
    {
        var hook = new Hook(Directory.NextId(), repository, null, url, secret, events.Count == 0 ? ["*"] : [.. events], Directory.Now);
        repository.Hooks = repository.Hooks.Add(hook);
        Announcer.Ping(hook, repository, actor);
        return hook;
    }

    internal static Issue Issue(Repository repository, int number) => repository.Issues.GetValueOrDefault(number) ?? throw RefusalException.NotFound();

    private Task<bool> ChangeAsync(string repository, string login, Action<Repository, Account> change, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) =>
        {
            change(target, actor);
            return Task.FromResult(true);
        }, cancellationToken);

    private Task<T> ChangeAsync<T>(string repository, string login, Func<Repository, Account, T> change, CancellationToken cancellationToken) =>
        ChangeAsync(repository, login, (target, actor) => Task.FromResult(change(target, actor)), cancellationToken);

    private async Task<T> ChangeAsync<T>(string repository, string login, Func<Repository, Account, Task<T>> change, CancellationToken cancellationToken)
    {
        var target = Repository(repository);
        using (await target.EnterAsync(cancellationToken))
        {
            var result = await change(target, Account(login));
            Changes.Raise();
            return result;
        }
    }
}
