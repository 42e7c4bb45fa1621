using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>A folder of bare repositories in the place of the server, a person's clone of one, and a store that works on it.</summary>
public sealed class GitServer : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("claude-bot-git-").FullName;

    public GitServer()
    {
        Store = NewStore();
        Directory.CreateDirectory(Server);
    }

    public RepositoryName Repository { get; } = RepositoryName.Parse("acme/shop");

    public WorkspaceStore Store { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public string Data => Path.Combine(_root, "data");

    public string Mirror => Path.Combine(Data, "mirrors/acme--shop.git");

    public string Person => Path.Combine(_root, "person");

    private string Server => Path.Combine(_root, "server");

    private string Bare => Path.Combine(Server, "acme/shop.git");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes the repository with these files on <c>main</c>.</summary>
    public async Task CreateAsync(params (string Path, string Text)[] files)
    {
        await ShellAsync(_root, $"git init -q --bare -b main '{Bare}' && git init -q -b main '{Person}' && git -C '{Person}' remote add origin 'file://{Bare}'");
        await CommitAsync("main", files);
    }

    /// <summary>A person commits files onto a branch and pushes it; gives the commit.</summary>
    public async Task<string> CommitAsync(string branch, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            Write(Person, path, text);
        return await ShellAsync(Person, $"git checkout -q -B '{branch}' && git add -A && git commit -q --allow-empty -m work && git push -q -f origin '{branch}' && git rev-parse HEAD");
    }

    public WorkspaceStore NewStore(Uri? server = null, string? token = null)
    {
        var mask = new SecretMask();
        return new WorkspaceStore(
            new ProcessRunner(TimeProvider.System),
            new WorkspaceOptions { DataDirectory = Data, AllowedProtocols = server is null ? "file" : "http" },
            new GitHubOptions { ServerUrl = server ?? new Uri($"file://{Server}"), Token = new SecretSource("GITHUB_TOKEN", () => token, mask) },
            mask,
            Time,
            NullLogger<WorkspaceStore>.Instance);
    }

    public Task<Workspace> PrepareAsync(string branch = "bot/issue-1-fix") =>
        Store.PrepareAsync(new WorkspacePlan(TaskId.New(new IssueReference(Repository, 1)), Repository, 1, "main", "main", branch), Cancellation);

    /// <summary>What the server holds: a revision, or a file as <c>branch:path</c>; empty when it is not there.</summary>
    public Task<string> AskAsync(string revision) =>
        ShellAsync(Bare, $"git rev-parse -q --verify '{revision}' >/dev/null || exit 0; case '{revision}' in *:*) git cat-file blob '{revision}';; *) git rev-parse '{revision}';; esac");

    public static void Write(string folder, string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Runs a script as a person, or an agent, would: with a home and an identity; gives its output.</summary>
    public static async Task<string> ShellAsync(string folder, string script)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessRequest
            {
                Program = "bash",
                Arguments = ["-ec", script],
                WorkingDirectory = folder,
                Environment = new Dictionary<string, string>
                {
                    ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
                    ["HOME"] = "/nonexistent",
                    ["GIT_AUTHOR_NAME"] = "Ann",
                    ["GIT_AUTHOR_EMAIL"] = "ann@example.com",
                    ["GIT_COMMITTER_NAME"] = "Ann",
                    ["GIT_COMMITTER_EMAIL"] = "ann@example.com",
                },
            },
            Cancellation);
        result.Succeeded.ShouldBeTrue(result.Error);
        return result.Output.TrimEnd();
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
