using ClaudeBot.Hosting.Logging;
using Spectre.Console;

namespace ClaudeBot.Commands;

/// <summary>Tables for people on a terminal; columns with tabs where the output goes into a pipe.</summary>
internal static class Tables
{
    public static void Write(Surroundings surroundings, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (!surroundings.IsTerminal)
        {
            foreach (var row in rows)
                surroundings.Out.WriteLine(string.Join('\t', row.Select(LogText.OneLine)));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(heading));
        foreach (var row in rows)
            table.AddRow([.. row.Select(cell => Markup.Escape(LogText.OneLine(cell)))]);
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(surroundings.Out) }).Write(table);
    }
}
