using System.CommandLine;

namespace ClaudeBot.Playground.Demo;

/// <summary>Which bot is started, with which agent.</summary>
/// <param name="Program">The path of <c>ClaudeBot.dll</c> or of the published program.</param>
/// <param name="Agent"><c>claude-code</c> or <c>api</c>.</param>
/// <param name="ModelKey">A key of the real API; null: the scripted Claude answers.</param>
internal sealed record BotChoice(string Program, string Agent, string? ModelKey);

/// <summary>The options that both verbs with a bot take.</summary>
internal sealed class BotOptions
{
    private readonly Option<string> _bot = new("--bot")
    {
        Description = "The bot's program: ClaudeBot.dll, or the published ClaudeBot.",
        DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "..", "..", "ClaudeBot", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "ClaudeBot.dll"),
    };

    private readonly Option<string?> _agent = new("--agent") { Description = "Which agent does the work; claude-code where CLAUDE_CODE_PATH names it, else api." };

    public void AddTo(Command command)
    {
        _agent.AcceptOnlyFromAmong("claude-code", "api");
        command.Options.Add(_bot);
        command.Options.Add(_agent);
    }

    public BotChoice Read(ParseResult parsed) => new(
        Path.GetFullPath(parsed.GetRequiredValue(_bot)),
        parsed.GetValue(_agent) ?? (Variable("CLAUDE_CODE_PATH") is null ? "api" : "claude-code"),
        ModelKey());

    /// <summary>A key of the real API from the environment; null: the scripted Claude answers.</summary>
    public static string? ModelKey() => Variable("ANTHROPIC_API_KEY");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
