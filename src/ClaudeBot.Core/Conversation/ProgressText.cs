using System.Globalization;
using System.Text;

namespace ClaudeBot.Conversation;

/// <summary>The live comment's text.</summary>
public static class ProgressText
{
    private static readonly (RunPhase Phase, string Name)[] Steps =
    [
        (RunPhase.Prepare, "Prepare a workspace"),
        (RunPhase.Write, "Write the change"),
        (RunPhase.Check, "Run the checks"),
        (RunPhase.Publish, "Open the pull request"),
    ];

    /// <summary>Gives Markdown; <paramref name="now"/> only serves for the elapsed time of a run that goes on.</summary>
    public static string Render(RunProgress progress, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append("### ").Append(progress.Closing?.Heading ?? "Claude Bot is working on this").Append("\n\n");
        if (progress.Closing is { Text.Length: > 0 } closing)
            text.Append(closing.Text).Append("\n\n");

        foreach (var (phase, name) in Steps)
            text.Append(Line(progress, phase, phase == RunPhase.Publish ? progress.Goal : name)).Append('\n');

        if (progress.Closing is null && Steps.FirstOrDefault(step => step.Phase > progress.Phase) is { Name: { } next })
            text.Append(CultureInfo.InvariantCulture, $"\nNext: {char.ToLowerInvariant(next[0])}{next[1..]}.\n");
        return text.Append('\n').Append(Footer(progress, now)).Append('\n').ToString();
    }

    private static string Line(RunProgress progress, RunPhase phase, string name)
    {
        if (progress.Closing is { AllDone: true } || phase < progress.Phase)
            return $"- [x] {name}";
        if (phase > progress.Phase || progress.Closing is not null)
            return $"- [ ] {name}";

        var doing = progress.Doing is { Length: > 0 } words
            ? $": {MarkdownText.Code(ForeignText.NeutraliseLine(words, 120))}"
            : "";
        return $"- [ ] **{name}**{doing}";
    }

    private static string Footer(RunProgress progress, DateTimeOffset now)
    {
        var elapsed = (progress.Closing?.At ?? now) - progress.StartedAt;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<sub>Branch {MarkdownText.Code(progress.Branch)} · {MarkdownText.Duration(elapsed)} · {MarkdownText.Dollars(progress.CostUsd)}{Budget(progress)} · attempt {progress.Attempt} · {Task(progress.TaskId, progress.Page)}</sub>");
    }

    /// <summary>The task's name, which leads to its page where there is one.</summary>
    public static string Task(TaskId id, Uri? page) =>
        page is null ? $"task {MarkdownText.Code(id.Value)}" : $"[task {MarkdownText.Code(id.Value)}]({page.AbsoluteUri})";

    private static string Budget(RunProgress progress) => progress.BudgetUsd is { } budget ? $" of {MarkdownText.Dollars(budget)}" : "";
}
