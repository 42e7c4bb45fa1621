using System.CommandLine;

namespace ClaudeBot.Commands;

/// <summary><c>completion bash|zsh|fish</c>: scripts that ask this program what can stand next.</summary>
internal static class CompletionCommand
{
    // Before the cursor, without the program's own name; the directive [suggest:N] is System.CommandLine's.
    private const string Bash = """
        # Load with: source <(claude-bot completion bash)
        _claude_bot() {
            local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
            line="${line#"${COMP_WORDS[0]}"}"
            line="${line# }"
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _claude_bot claude-bot
        """;

    private const string Zsh = """
        #compdef claude-bot
        # Load with: source <(claude-bot completion zsh)
        _claude_bot() {
            local line="${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- $found
        }
        compdef _claude_bot claude-bot
        """;

    private const string Fish = """
        # Load with: claude-bot completion fish | source
        function __claude_bot_complete
            set -l line (commandline --cut-at-cursor --current-process | string replace --regex '^\s*\S+\s?' '')
            claude-bot "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command claude-bot --no-files --arguments '(__claude_bot_complete)'
        """;

    public static Command Build(Surroundings surroundings)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var completion = new Command("completion", "Print a script that completes verbs and options in a shell.\nExample: source <(claude-bot completion bash)\nExample: claude-bot completion fish > ~/.config/fish/completions/claude-bot.fish") { shell };
        completion.SetAction(parsed => surroundings.Out.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return completion;
    }
}
