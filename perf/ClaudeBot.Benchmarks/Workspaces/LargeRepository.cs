using System.Globalization;
using System.Text;
using ClaudeBot.Playground;

namespace ClaudeBot.Benchmarks.Workspaces;

/// <summary>
/// A generated repository on the local git server, always the same for the same numbers: code-like files in nested
/// folders, and a history in which each commit changes twenty of them.
/// </summary>
internal sealed class LargeRepository(PlaygroundHost server, Shell shell, string scratch, int files, int commits)
{
    private const string Owner = "acme";
    private const string Token = "benchmark-token";
    private const int ChangedByOneCommit = 20;
    private const string Words = "order item basket price customer total export line value result count index name status update return static public private string int await task list";

    private readonly Random _random = new(20260504);
    private readonly string[] _words = Words.Split(' ');
    private int _made;

    public RepositoryName Name { get; } = RepositoryName.Parse($"{Owner}/large");

    public Uri Url => new(server.ServerUrl, $"/{Name}.git");

    private string Source => Path.Combine(scratch, "source.git");

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        server.GitHub.AddUser(Owner, Token);
        await server.GitHub.CreateRepositoryAsync(Name.ToString(), new Dictionary<string, string> { ["README.md"] = "# Large\n" }, cancellationToken);
        await shell.RunAsync(scratch, "git", ["init", "--quiet", "--bare", "-b", "main", Source], cancellationToken);
        await GrowAsync(commits, cancellationToken);
    }

    /// <summary>Adds commits to <c>main</c> and pushes them.</summary>
    public async Task GrowAsync(int number, CancellationToken cancellationToken)
    {
        var stream = Path.Combine(scratch, "history");
        await using (var writer = new StreamWriter(stream, append: false, new UTF8Encoding(false)) { NewLine = "\n" })
        {
            for (var i = 0; i < number; i++)
                await WriteCommitAsync(writer, isFirstHere: i == 0);
        }

        await shell.RunAsync(Source, "sh", ["-c", "git fast-import --quiet --depth=0 < \"$1\"", "sh", stream], cancellationToken);
        await shell.RunAsync(Source, "git", ["push", "--quiet", "--force", Url.ToString(), "main"], SignedIn(), cancellationToken);
    }

    /// <summary>git-fast-import(1), "Commands".</summary>
    private async Task WriteCommitAsync(StreamWriter writer, bool isFirstHere)
    {
        var message = $"Change {_made}";
        await writer.WriteLineAsync("commit refs/heads/main");
        await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"committer Ann <ann@example.com> {1_750_000_000 + (_made * 3600)} +0000"));
        await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"data {message.Length}\n{message}"));
        if (isFirstHere && _made > 0)
            await writer.WriteLineAsync("from refs/heads/main^0");
        var changed = _made == 0 ? Enumerable.Range(0, files) : Enumerable.Range(0, ChangedByOneCommit).Select(_ => _random.Next(files));
        foreach (var file in changed.Distinct())
        {
            var text = Text();
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"M {(file % 200 == 0 ? "100755" : "100644")} inline src/area{file % 40:00}/part{file / 40 % 25:00}/file{file:00000}.cs\ndata {text.Length}"));
            await writer.WriteLineAsync(text);
        }

        _made++;
    }

    /// <summary>About 8 KB of lines that look like code to a compressor.</summary>
    private string Text()
    {
        var text = new StringBuilder();
        for (var lines = _random.Next(60, 260); lines > 0; lines--)
        {
            text.Append(' ', 4 * _random.Next(1, 4));
            for (var words = _random.Next(3, 9); words > 0; words--)
                text.Append(_words[_random.Next(_words.Length)]).Append(_random.Next(4) == 0 ? _random.Next(1000).ToString(CultureInfo.InvariantCulture) : "").Append(' ');
            text.Append(";\n");
        }

        return text.ToString();
    }

    private static Dictionary<string, string> SignedIn() => new()
    {
        ["GIT_CONFIG_COUNT"] = "1",
        ["GIT_CONFIG_KEY_0"] = "http.extraHeader",
        ["GIT_CONFIG_VALUE_0"] = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Owner}:{Token}"))}",
    };
}
