using System.Text.Json;
using Anthropic.Models.Messages;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Agents;

/// <summary>The tools of the built-in agent: a shell, and files of the work tree.</summary>
internal sealed class ApiTools(AgentRequest request, string searchPath, SandboxRunner sandbox)
{
    private const int LongestOutput = 30_000;
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromMinutes(10);
    private readonly WorkTreeFiles _files = new(request, searchPath, sandbox);

    public static readonly IReadOnlyList<ToolUnion> Definitions =
    [
        Define("bash", "Runs a command of bash in the work tree. Gives its output and exit code.", ["command"]),
        Define("read", "Gives the beginning of a text file, up to 30,000 characters.", ["file_path"]),
        Define("write", "Writes a whole file; makes its folder.", ["file_path", "content"]),
        Define("edit", "Replaces old_string, which must occur exactly once in the file, by new_string.", ["file_path", "old_string", "new_string"]),
        Define("list", "Lists a folder; folders end in a slash.", ["path"]),
    ];

    /// <summary>Those that change nothing.</summary>
    public static readonly IReadOnlyList<ToolUnion> ReadingDefinitions = [Definitions[1], Definitions[4]];

    /// <exception cref="ToolException">It cannot be done; the message is for the model.</exception>
    public async Task<string> RunAsync(string name, IReadOnlyDictionary<string, JsonElement> input, CancellationToken cancellationToken)
    {
        if (request.IsReadOnly && name is not ("read" or "list"))
            throw new ToolException($"There is no tool {name} while you plan.");
        return Shortened(name switch
        {
            "bash" => await BashAsync(Text(input, "command"), cancellationToken),
            "read" => await _files.ReadAsync(At(input, "file_path"), LongestOutput + 1, cancellationToken),
            "write" => await WriteAsync(At(input, "file_path"), Text(input, "content"), cancellationToken),
            "edit" => await EditAsync(At(input, "file_path"), Text(input, "old_string"), Text(input, "new_string"), cancellationToken),
            "list" => await _files.ListAsync(At(input, "path"), cancellationToken),
            _ => throw new ToolException($"There is no tool {name}."),
        });
    }

    private static Tool Define(string name, string description, IReadOnlyList<string> inputs) => new()
    {
        Name = name,
        Description = description,
        InputSchema = new InputSchema
        {
            Properties = inputs.ToDictionary(input => input, _ => JsonSerializer.SerializeToElement(new { type = "string" })),
            Required = inputs,
        },
    };

    private async Task<string> BashAsync(string command, CancellationToken cancellationToken)
    {
        var run = AgentShell.Command(command, request, searchPath) with { Timeout = CommandTimeout };
        var result = await sandbox.RunAsync(run, AgentShell.View(request), cancellationToken);
        var output = result.Output + result.Error;
        return result.Succeeded
            ? output
            : throw new ToolException($"{Shortened(output)}\n{(result.TimedOut ? "It took too long." : $"Exit code {result.ExitCode}.")}");
    }

    private async Task<string> WriteAsync(string file, string content, CancellationToken cancellationToken)
    {
        await _files.WriteAsync(file, content, cancellationToken);
        return "Written.";
    }

    private async Task<string> EditAsync(string file, string old, string replacement, CancellationToken cancellationToken)
    {
        var text = await _files.ReadWholeAsync(file, cancellationToken);
        var at = old.Length == 0 ? -1 : text.IndexOf(old, StringComparison.Ordinal);
        if (at < 0)
            throw new ToolException("old_string does not occur in the file.");
        if (text.IndexOf(old, at + 1, StringComparison.Ordinal) >= 0)
            throw new ToolException("old_string occurs more than once; give more of its surroundings.");
        await _files.WriteAsync(file, text[..at] + replacement + text[(at + old.Length)..], cancellationToken);
        return "Edited.";
    }

    private string At(IReadOnlyDictionary<string, JsonElement> input, string name) =>
        WorkTreePath.Resolve(request.WorkTree, Text(input, name));

    private static string Text(IReadOnlyDictionary<string, JsonElement> input, string name) =>
        input.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new ToolException($"{name} is missing.");

    private static string Shortened(string text) => text.Length <= LongestOutput ? text : text[..LongestOutput] + "\n… (cut)";
}
