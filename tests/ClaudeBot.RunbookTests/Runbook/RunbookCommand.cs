namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>One command of docs/RUNBOOK.md.</summary>
/// <param name="Section">The heading above it.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Text">As it is typed; it may have several lines.</param>
internal sealed record RunbookCommand(string Section, int Line, string Text)
{
    /// <summary>The commands of docs/RUNBOOK.md.</summary>
    public static IReadOnlyList<RunbookCommand> OfThePage() => Read(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "RUNBOOK.md")));

    /// <summary>Every command in the blocks that are marked <c>bash</c>, in their order.</summary>
    public static IReadOnlyList<RunbookCommand> Read(string markdown)
    {
        var commands = new List<RunbookCommand>();
        var (section, indent, isBash, begun) = ("", 0, false, default((int Line, string Text)?));
        foreach (var (number, line) in markdown.Split('\n').Select((line, index) => (index + 1, line)))
        {
            var text = line.TrimStart();
            if (text.StartsWith("```", StringComparison.Ordinal))
            {
                (isBash, indent) = (!isBash && text == "```bash", line.Length - text.Length);
            }
            else if (!isBash)
            {
                section = line.StartsWith("##", StringComparison.Ordinal) ? line.TrimStart('#').Trim() : section;
            }
            else if (begun is not null || (text.Length > 0 && text[0] != '#'))
            {
                var typed = line.Length >= indent ? line[indent..] : "";
                begun = begun is { } open ? (open.Line, $"{open.Text}\n{typed}") : (number, typed);
                if (IsWhole(begun.Value.Text))
                {
                    commands.Add(new RunbookCommand(section, begun.Value.Line, begun.Value.Text));
                    begun = null;
                }
            }
        }

        return commands;
    }

    /// <summary>As a shell sees it: no quotation is open, and the line does not say that it goes on.</summary>
    private static bool IsWhole(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote != '\'')
                i++;
            else if (quote == '\0' && text[i] is '"' or '\'')
                quote = text[i];
            else if (text[i] == quote)
                quote = '\0';
        }

        return quote == '\0' && !text.EndsWith('\\');
    }
}
