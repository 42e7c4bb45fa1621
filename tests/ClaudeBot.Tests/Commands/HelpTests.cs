using System.Diagnostics;
using ClaudeBot.Commands;

namespace ClaudeBot.Tests.Commands;

public sealed class HelpTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_program_calls_itself_claude_bot_and_tells_verbs_examples_exit_codes_and_environment()
    {
        var help = await _room.RunAsync("--help");

        help.Code.ShouldBe(ExitCode.Ok);
        help.Out.ShouldContain("Usage:\n  claude-bot [command] [options]");
        help.Out.ShouldNotContain("ClaudeBot");
        help.Out.ShouldContain("Examples:\n  claude-bot doctor --env-file .env\n");
        help.Out.ShouldContain("\n  78  the configuration is wrong");
        help.Out.ShouldContain("\n  BOT_DATA_DIR ");
    }

    [Fact]
    public async Task Every_verb_and_option_is_described_and_every_verb_that_does_something_has_an_example()
    {
        foreach (var (path, isGroup) in await VerbsAsync([]))
        {
            var help = (await _room.RunAsync([.. path, "--help"])).Out;
            var name = string.Join(' ', path);
            help.ShouldContain($"Usage:\n  claude-bot {name}", customMessage: help);
            help.ShouldContain("Exit codes:\n  0   ok", customMessage: name);
            help.ShouldNotContain("Example: ", customMessage: name);
            if (!isGroup)
                help.ShouldContain($"claude-bot {name}", customMessage: name);
            if (!isGroup)
                Section(help, "Examples").ShouldNotBeEmpty(name);
            foreach (var line in Section(help, "Options").Concat(Section(help, "Commands")).Concat(Section(help, "Arguments")).Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' '))
                line.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeGreaterThan(1, $"{name}: '{line}' has no description");
        }
    }

    [Fact]
    public async Task Usage_faults_end_with_2()
    {
        (await _room.RunAsync("no-such-verb")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync("queue", "list", "--no-such-option")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync()).Code.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("claude-bot que", "queue")]
    [InlineData("claude-bot queue l", "list")]
    [InlineData("claude-bot queue list --st", "--state")]
    [InlineData("claude-bot completion f", "fish")]
    [InlineData("claude-bot data ", "backup prune restore")]
    public async Task Bash_completes_verbs_options_and_words(string line, string expected)
    {
        var script = _room.PathOf("completion.bash");
        await File.WriteAllTextAsync(script, (await _room.RunAsync("completion", "bash")).Out, Token);
        var program = Path.Combine(AppContext.BaseDirectory, "ClaudeBot.dll");
        Directory.CreateDirectory(_room.PathOf("bin"));
        await File.WriteAllTextAsync(_room.PathOf("bin/claude-bot"), $"#!/bin/sh\nexec dotnet exec {program} \"$@\"\n", Token);
        File.SetUnixFileMode(_room.PathOf("bin/claude-bot"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var words = line.Split(' ');
        var start = new ProcessStartInfo("bash", ["-c", $"source {script}; COMP_LINE=\"$LINE\" COMP_POINT=${{#LINE}} COMP_WORDS=($LINE) COMP_CWORD={words.Length - 1}; _claude_bot; echo \"${{COMPREPLY[@]}}\""]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_room.PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["LINE"] = line;

        using var bash = Process.Start(start)!;
        var told = await bash.StandardOutput.ReadToEndAsync(Token);
        await bash.WaitForExitAsync(Token);

        foreach (var word in expected.Split(' '))
            told.Split([' ', '\n']).ShouldContain(word);
        told.Split([" ", "\n"], StringSplitOptions.RemoveEmptyEntries).Where(word => !word.StartsWith(words[^1], StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task The_other_shells_ask_the_program_too(string shell)
    {
        var script = await _room.RunAsync("completion", shell);
        script.Code.ShouldBe(ExitCode.Ok);
        script.Out.ShouldContain("[suggest:");
        (await _room.RunAsync("[suggest:3]", "que")).Out.ShouldContain("queue");
    }

    private async Task<IReadOnlyList<(string[] Path, bool IsGroup)>> VerbsAsync(string[] at)
    {
        var help = (await _room.RunAsync([.. at, "--help"])).Out;
        var found = new List<(string[], bool)>();
        foreach (var line in Section(help, "Commands").Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' '))
        {
            string[] path = [.. at, line.Trim().Split(' ')[0]];
            var below = await VerbsAsync(path);
            found.Add((path, below.Count > 0));
            found.AddRange(below);
        }

        return found;
    }

    private static IEnumerable<string> Section(string help, string title) =>
        help.Split('\n').SkipWhile(line => line != $"{title}:").Skip(1).TakeWhile(line => line.Length > 0);
}
