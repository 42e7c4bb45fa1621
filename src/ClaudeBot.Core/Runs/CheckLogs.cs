using System.Text.RegularExpressions;
using ClaudeBot.GitHub;
using ClaudeBot.Sanitizing;
using ClaudeBot.Secrets;

namespace ClaudeBot.Runs;

/// <summary>Reads why checks failed. It is text from outside: secrets are taken out of it, and what a terminal or a page would hide.</summary>
public sealed partial class CheckLogs(GitHubClient gitHub, SecretMask mask)
{
    private const int LongestTail = 12_000;
    private const int MostLogs = 5;

    private readonly SecretScanner _scanner = new(mask);

    /// <summary>The end of each check's log, or what it says of itself where there is none to be read.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<IReadOnlyList<FailedCheck>> ReadAsync(Run run, RepositoryName repository, IReadOnlyList<FailedCheckRun> failing, CancellationToken cancellationToken)
    {
        var found = new List<FailedCheck>();
        foreach (var check in failing)
        {
            var log = check.IsActionsJob && found.Count < MostLogs
                ? await run.Steps.ReadAsync(token => gitHub.FindJobLogAsync(repository, check.Id, token), cancellationToken)
                : null;
            found.Add(new FailedCheck(Line(check.Name), Line(check.Conclusion), check.Url, Tail(log ?? check.Report)));
        }

        return found;
    }

    /// <summary>The end of the text, as a person would read it, without secrets.</summary>
    internal string Tail(string log)
    {
        // Room for what is taken out; a secret must not be cut in two before it is looked for.
        var tail = log.Length > 4 * LongestTail ? log[^(4 * LongestTail)..] : log;
        tail = _scanner.Redact(VisibleCharacters.Of(Escapes().Replace(tail, "").ReplaceLineEndings("\n"), new SortedSet<string>()));
        return tail.Length > LongestTail ? "…" + tail[^LongestTail..] : tail;
    }

    private static string Line(string text) => VisibleText.Title(text);

    // Colours, cursor moves and titles: ECMA-48 control sequences and operating system commands.
    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")]
    private static partial Regex Escapes();
}
