using ClaudeBot.Playground.Claude;
using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>What happens around the commands: issues that people label, files that break, containers that die.</summary>
internal sealed class Story(Services services)
{
    /// <summary>The bot's data, as root sees it on the machine.</summary>
    public const string Data = "/var/lib/docker/volumes/claude-bot-infrastructure_bot-data/_data";

    public Services Services => services;

    /// <summary>The issue that the command at hand is about.</summary>
    public int Issue { get; set; }

    public static string QueueFolder => Path.Combine(Data, "queue");

    public static IEnumerable<string> WaitingFiles(int issue) => Directory.GetFiles(QueueFolder, $"octo--greeter--issue-{issue}-*.json");

    /// <summary>Labels an issue, and waits until its agent waits for an answer of the model that does not come.</summary>
    public async Task BeAmidATaskAsync(string title, CancellationToken cancellationToken)
    {
        var seen = services.Claude.Requests.All.Count;
        services.Claude.Faults.Add(new Fault { Kind = FaultKind.Stall, Times = null });
        Issue = await services.AskAsync(title, cancellationToken);
        await services.Claude.Requests.WaitAsync(request => request.Number > seen && request.Path.EndsWith("/messages", StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>The model answers again; the issue's task ends, with one pull request and one comment.</summary>
    public async Task LetItEndOnceAsync(CancellationToken cancellationToken)
    {
        services.Claude.Faults.Clear();
        await CompletedAsync(cancellationToken);
    }

    public async Task CompletedAsync(CancellationToken cancellationToken)
    {
        await services.WhenLabelledAsync(Issue, "bot:completed", cancellationToken);
        services.PullRequestsFor(Issue).ShouldHaveSingleItem();
        services.Issue(Issue).Comments.ShouldHaveSingleItem();
    }

    /// <summary>Labels an issue while the queue is paused, and waits until its file lies there and its label says so.</summary>
    public async Task HaveAWaitingTaskAsync(string title, CancellationToken cancellationToken)
    {
        await Installation.InBotAsync(cancellationToken, "claude-bot", "queue", "pause");
        Issue = await services.AskAsync(title, cancellationToken);
        await WhenAsync(() => WaitingFiles(Issue).Any(), cancellationToken);
        await services.WhenLabelledAsync(Issue, "bot:queued", cancellationToken);
    }

    public static Task ResumeAsync(CancellationToken cancellationToken) => Installation.InBotAsync(cancellationToken, "claude-bot", "queue", "resume");

    /// <summary>Puts a file that is no task into the queue, and waits until the bot moved it away.</summary>
    public static async Task BreakAFileAsync(string name, CancellationToken cancellationToken)
    {
        // A second file of a name gets a number behind it there.
        var before = Reasons();
        await File.WriteAllTextAsync(Path.Combine(QueueFolder, name), "{\"title\": \"cut o", cancellationToken);
        await WhenAsync(() => Reasons() > before, cancellationToken);

        static int Reasons() => Directory.GetFiles(Path.Combine(Data, "corrupted"), "*.reason.txt").Length;
    }

    /// <summary>Waits for something that nobody announces.</summary>
    public static async Task WhenAsync(Func<bool> holds, CancellationToken cancellationToken)
    {
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
    }

    public static async Task<string> InspectAsync(string container, string format, CancellationToken cancellationToken) =>
        (await Shell.RunAsync("/", cancellationToken, "docker", "inspect", container, "--format", format)).Trim();

    /// <summary>Waits until the engine says so of the container.</summary>
    public static async Task WhenInspectedAsync(string container, string format, Func<string, bool> fits, CancellationToken cancellationToken)
    {
        while (!fits(await InspectAsync(container, format, cancellationToken)))
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken);
    }

    public static async Task<IReadOnlyList<string>> ContainersAsync(CancellationToken cancellationToken) =>
        (await Shell.RunAsync("/", cancellationToken, "docker", "ps", "--format", "{{.Names}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
