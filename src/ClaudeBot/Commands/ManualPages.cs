using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ClaudeBot.Configuration;

namespace ClaudeBot.Commands;

/// <summary>
/// <c>--help</c> as a manual page: below what the library writes stand the examples, the exit codes and the
/// environment. A verb gives its examples in its description, one a line after <c>Example: </c>.
/// </summary>
internal sealed class ManualPages : SynchronousCommandLineAction
{
    private const string Mark = "\nExample: ";

    private static readonly Setting[] First =
    [
        BotSettings.DataDirectory, BotSettings.ConfigurationFile, GitHubSettings.TargetRepository, GitHubSettings.Token, GitHubSettings.AppId, GitHubSettings.WebhookSecret,
        WorkSettings.ApiKey, BotSettings.StatusToken, BotSettings.LogLevel,
    ];

    private readonly HelpAction _help;
    private readonly Dictionary<Command, IReadOnlyList<string>> _examples = [];

    private ManualPages(HelpAction help) => _help = help;

    /// <summary>Takes the examples out of all descriptions; call it when the tree is whole.</summary>
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        // Ways of another system.
        option.Aliases.Remove("/h");
        option.Aliases.Remove("/?");
        var pages = new ManualPages((HelpAction)option.Action!);
        pages.Read(root);
        option.Action = pages;
    }

    public override int Invoke(ParseResult parseResult)
    {
        var (command, output) = (parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        // In a list of verbs one sentence each.
        foreach (var child in command.Subcommands)
            child.Description = child.Description?.Split(". ")[0].TrimEnd('.');
        var code = _help.Invoke(parseResult);
        Section(output, "Examples", _examples.GetValueOrDefault(command, []));
        Section(output, "Exit codes", ["0   ok", "1   failed, or the answer is no", "2   the command line is wrong", "69  something that is needed is away: GitHub, the model's service, the disk, another program", "77  a credential is refused", "78  the configuration is wrong"]);
        if (command is RootCommand)
        {
            var width = First.Max(setting => setting.Name.Length);
            Section(output, "Environment", [.. First.Select(setting => $"{setting.Name.PadRight(width)}  {setting.Meaning}"), "Each may also be a file, named in NAME_FILE. All settings: docs/CONFIGURATION.md, or 'claude-bot config show'."]);
        }
        else
        {
            Section(output, "Environment", ["Every setting, of which --set gives one for this run: see 'claude-bot --help'."]);
        }

        return code;
    }

    private static void Section(TextWriter output, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        output.WriteLine($"{title}:");
        foreach (var line in lines)
            output.WriteLine($"  {line}");
        output.WriteLine();
    }

    private void Read(Command command)
    {
        if (command.Description?.Split(Mark) is [var text, .. { Length: > 0 } examples])
            (command.Description, _examples[command]) = (text, examples);
        foreach (var child in command.Subcommands)
            Read(child);
    }
}
