using ClaudeBot.Commands;
using ClaudeBot.Tests.Commands;

namespace ClaudeBot.Tests.Deployment;

/// <summary>The program's own lines in the documents are run as they stand.</summary>
public sealed class DocumentedLinesTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public static TheoryData<string, string> Lines => [.. from page in new[] { "docs/POSTMORTEM_TEMPLATE.md", "docs/GITHUB_APP.md" } from line in LinesOf(page) select (page, line)];

    public void Dispose() => _room.Dispose();

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_is_one_that_the_program_takes(string page, string line)
    {
        // As on a bot that has started once: a ledger, and a queue in which nothing waits.
        await _room.RunAsync("queue", "list");
        Directory.CreateDirectory(Path.Combine(_room.Data, "queue"));
        foreach (var (name, value) in new Dictionary<string, string> { ["GITHUB_TOKEN"] = "a-token-of-tests", ["GITHUB_API_URL"] = "http://127.0.0.1:1", ["ANTHROPIC_API_KEY"] = "a-key-of-tests", ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1", ["GITHUB_WEBHOOK_SECRET"] = "a-secret-of-tests", ["SANDBOX"] = "off", ["AGENT"] = "api" })
            _room.Environment[name] = value;
        string[] words = [.. line.Split(' ')[1..].Select(word => word switch
        {
            "/backups/" => _room.PathOf("backups/"),
            "OWNER/REPO#1" => "acme/shop#1",
            _ => word.Replace("https://bot.example.com", "http://127.0.0.1:1", StringComparison.Ordinal),
        })];

        var run = await _room.RunAsync(words);

        // What GitHub would say is away here; that the verb, its options and their values are right is what counts.
        run.Code.ShouldBeOneOf([ExitCode.Ok, ExitCode.Unavailable], $"{page}: {line}\n{run.All}");
    }

    private static IEnumerable<string> LinesOf(string page)
    {
        var isFenced = false;
        foreach (var line in File.ReadLines(Path.Combine(RepositoryFolder.Root, page)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isFenced = !isFenced;
            else if (isFenced && line.StartsWith("claude-bot ", StringComparison.Ordinal))
                yield return line;
        }
    }
}
