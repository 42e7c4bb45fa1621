using System.Text;
using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;

namespace ClaudeBot.Workspaces;

/// <summary>Runs git so that nothing but this program decides what it does: see <see cref="GitEnvironment"/>.</summary>
internal sealed class Git(ProcessRunner processes, WorkspaceOptions options, WorkspaceFolders folders, GitHubOptions gitHub, SecretMask mask)
{
    /// <summary>Output is data here, not a log: a list cut at its head would be a wrong list.</summary>
    private const int WholeOutput = 256 * 1024 * 1024;

    public WorkspaceMetrics Metrics { get; } = new();

    /// <summary>The address git speaks to; it never holds credentials.</summary>
    public string Url(RepositoryName repository) => $"{gitHub.ServerUrl.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{repository}.git";

    /// <summary>Runs a command on the host's copy; gives its standard output.</summary>
    /// <exception cref="WorkspaceException">It failed.</exception>
    public async Task<string> RunAsync(GitPlace place, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? input = null) =>
        Require(await TryAsync(place, arguments, cancellationToken, input), arguments[0]).Output;

    /// <summary>Runs a command on the host's copy, whose exit code means something to the caller.</summary>
    /// <param name="identity">More variables: who commits, and when.</param>
    public Task<ProcessResult> TryAsync(
        GitPlace place,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        string? input = null,
        IReadOnlyDictionary<string, string>? identity = null) =>
        StartAsync(place, arguments, [.. identity ?? new Dictionary<string, string>()], input, cancellationToken);

    /// <summary>As <see cref="RunAsync"/>; every byte of the output is one character of the result.</summary>
    /// <exception cref="WorkspaceException">It failed.</exception>
    public async Task<string> RunForBytesAsync(GitPlace place, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken) =>
        Require(await StartAsync(place, arguments, [], input, cancellationToken, Encoding.Latin1), arguments[0]).Output;

    /// <summary>Runs a command that speaks with the server about a repository: it alone is given the token.</summary>
    /// <exception cref="GitHubException">No token could be had.</exception>
    public async Task<ProcessResult> TryRemoteAsync(GitPlace place, RepositoryName repository, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var environment = options.NetworkEnvironment.ToList();
        if (await gitHub.Credential.TokenAsync(repository, cancellationToken) is { } token)
            environment.AddRange(Askpass.Environment(folders.Mirrors, gitHub.ServerUrl, token));
        var result = await StartAsync(place, arguments, environment, input: null, cancellationToken);
        Metrics.Operated(arguments[0], result);
        return result;
    }

    /// <exception cref="WorkspaceException">The command failed.</exception>
    public ProcessResult Require(ProcessResult result, string verb) => result.Succeeded ? result : throw Failure(result, verb);

    public WorkspaceException Failure(ProcessResult result, string verb)
    {
        var fault = GitFaults.Classify(result);
        var words = result.TimedOut ? $"no end after {options.GitTimeout.TotalSeconds:0} s" : mask.Mask(GitFaults.LastWords(result));
        return new WorkspaceException($"git {verb} failed: {words}", fault == GitFault.Network) { IsLocal = fault == GitFault.Local };
    }

    private Task<ProcessResult> StartAsync(
        GitPlace place,
        IReadOnlyList<string> arguments,
        IReadOnlyList<KeyValuePair<string, string>> more,
        string? input,
        CancellationToken cancellationToken,
        Encoding? encoding = null)
    {
        var environment = GitEnvironment.For(place, options);
        foreach (var (name, value) in more)
            environment[name] = value;
        return processes.RunAsync(
            new ProcessRequest
            {
                Program = "git",
                Arguments = arguments,
                WorkingDirectory = place.WorkTree ?? place.Directory,
                Environment = environment,
                StandardInput = input,
                Timeout = options.GitTimeout,
                KeepCharacters = WholeOutput,
                OutputEncoding = encoding,
            },
            cancellationToken);
    }
}
