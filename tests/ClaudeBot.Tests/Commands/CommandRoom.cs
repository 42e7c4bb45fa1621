using System.Text.Json;
using ClaudeBot.Commands;

namespace ClaudeBot.Tests.Commands;

/// <summary>Runs the program's verbs in this process, with an environment and a data folder of their own.</summary>
internal sealed class CommandRoom : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-verbs-");

    public CommandRoom()
    {
        Directory.CreateDirectory(Data);
        Environment["BOT_DATA_DIR"] = Data;
        Environment["TARGET_REPO"] = "acme/shop";
        Environment["LOG_LEVEL"] = "CRITICAL";
    }

    public Dictionary<string, string> Environment { get; } = [];

    public string Data => Path.Combine(_folder.FullName, "data");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>All that a bot must be given to start. GitHub and the model's service are away.</summary>
    public void Complete()
    {
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GITHUB_TOKEN"] = "a-token-of-tests",
            ["ANTHROPIC_API_KEY"] = "a-key-of-tests",
            ["GITHUB_API_URL"] = "http://127.0.0.1:1",
            ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1",
            ["WEBHOOK_PORT"] = "off",
            ["METRICS_PORT"] = "0",
            ["STATUS_PORT"] = "off",
            ["AGENT"] = "api",
        })
            Environment[name] = value;
    }

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(
            arguments,
            new Surroundings { Environment = Environment, Out = output, Error = error, SecretsDirectory = PathOf("secrets") },
            TestContext.Current.CancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Adds a task by the verb and gives its id.</summary>
    public async Task<string> AddAsync(params string[] more)
    {
        var added = await RunAsync(["queue", "add", "--title", "Fix the build", "--description", "It fails on main.", "--json", .. more]);
        added.Code.ShouldBe(ExitCode.Ok, added.Error);
        return added.Json.GetProperty("task_id").GetString()!;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    internal sealed record Outcome(int Code, string Out, string Error)
    {
        public JsonElement Json => JsonElement.Parse(Out);

        /// <summary>All output, for a test that asks whether a text appears anywhere.</summary>
        public string All => Out + Error;
    }
}
