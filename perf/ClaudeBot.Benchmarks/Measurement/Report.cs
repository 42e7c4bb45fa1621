using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ClaudeBot.Benchmarks.Measurement;

/// <summary>Prints results and keeps them.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes <c>NAME.json</c> into the folder; gives its path.</summary>
    public static async Task<string> SaveAsync(string folder, string name, object results, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{name}.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(results, Form), cancellationToken);
        return path;
    }

    public static void Print(string title, string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Title = new TableTitle(title) };
        foreach (var (column, index) in columns.Select((column, index) => (column, index)))
            table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = index == 0 ? Justify.Left : Justify.Right });
        foreach (var row in rows)
            table.AddRow(row);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.Write(table);
    }

    public static void Say(string text) => Console.WriteLine(text);

    public static string Number(double value, string form = "N0") => value.ToString(form, CultureInfo.InvariantCulture);
}
