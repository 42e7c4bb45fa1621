using System.Globalization;
using System.Text;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;

namespace ClaudeBot.PullRequests;

/// <summary>The body of a pull request.</summary>
public static class PullRequestText
{
    private const int LongestSummary = 20_000;
    private const int LongestTail = 4_000;

    /// <summary>Gives Markdown in which nothing from the agent or the checks notifies, closes or loads anything.</summary>
    public static string Body(ChangeReport report)
    {
        var text = new StringBuilder();
        text.Append(BotComments.Marker(report.TaskId)).Append('\n');
        if (report.DraftReason is { } reason)
            text.Append("> [!WARNING]\n> **Draft:** ").Append(ForeignText.NeutraliseLine(reason, 500)).Append("\n\n");
        if (report.IssueNumber is { } number)
            text.Append(CultureInfo.InvariantCulture, $"Fixes #{number}\n\n");

        if (report.AskedBy is { } login)
            text.Append(CultureInfo.InvariantCulture, $"Asked for by @{login}.\n\n");

        text.Append("## Summary\n\n").Append(Summary(report)).Append("\n\n");
        text.Append("## Checks\n\n").Append(Checks(report.Checks, report.ChecksAreGuessed)).Append('\n');
        text.Append(ReviewerNotes.Section(report));
        text.Append("## How it was made\n\n").Append(Facts(report));
        return text.ToString();
    }

    /// <summary>The table of checks, then the output of those that failed.</summary>
    public static string Checks(IReadOnlyList<CheckResult> checks, bool areGuessed)
    {
        if (checks.Count == 0)
            return $"No checks were run: the repository names none in {MarkdownText.Code(RepositoryPolicy.Path)}, and none were recognised.\n";

        var text = new StringBuilder("| Check | Command | Result | Time |\n| --- | --- | --- | --- |\n");
        foreach (var check in checks)
            text.Append(CultureInfo.InvariantCulture, $"| {check.Name} | {MarkdownText.Code(check.Command)} | {Result(check)} | {MarkdownText.Duration(check.Duration)} |\n");

        if (areGuessed)
            text.Append(CultureInfo.InvariantCulture, $"\nThe commands were guessed from the project's files; to name others, write them into {MarkdownText.Code(RepositoryPolicy.Path)}.\n");

        foreach (var failed in checks.Where(check => !check.Passed && check.OutputTail.Length > 0))
            text.Append('\n').Append(Output(failed)).Append('\n');

        return text.ToString();
    }

    private static string Output(CheckResult check)
    {
        var tail = check.OutputTail.Length > LongestTail ? "…" + check.OutputTail[^LongestTail..] : check.OutputTail;
        return $"<details><summary>Output of the check that {(check.Ran ? "failed" : "could not run")}: {check.Name}</summary>\n\n{MarkdownText.Fenced(tail)}\n\n</details>\n";
    }

    private static string Result(CheckResult check) => check switch
    {
        { Passed: true } => "✅ passed",
        { Ran: false } => string.Create(CultureInfo.InvariantCulture, $"➖ not run (exit code {check.ExitCode})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"❌ failed (exit code {check.ExitCode})"),
    };

    private static string Summary(ChangeReport report)
    {
        var summary = ForeignText.Neutralise(report.Summary, LongestSummary);
        return summary.Length == 0 ? "_The agent gave no summary._" : summary;
    }

    private static string Facts(ChangeReport report)
    {
        var model = report.Model is { } name ? MarkdownText.Code(name) : "the agent's default";
        var origin = report.TextHash is { } hash ? $" The agent worked from the title and text whose SHA-256 is {MarkdownText.Code(hash)}." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            | Agent | Model | Turns | Agent's time | Cost | Task |
            | --- | --- | --- | --- | --- | --- |
            | {report.Agent} | {model} | {report.Turns} | {MarkdownText.Duration(report.AgentDuration)} | {MarkdownText.Dollars(report.CostUsd)} | {MarkdownText.Code(report.TaskId.Value)} |

            <sub>Made by Claude Bot. Please review it like any other change.{origin}</sub>

            """);
    }
}
