using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting.Logging;

namespace ClaudeBot.Commands;

/// <summary><c>logs rotate</c>.</summary>
internal sealed class LogCommands(GlobalOptions options, Surroundings surroundings)
{
    public Command Build()
    {
        var rotate = new Command("rotate", "Put the log files aside now, as happens by itself at 10 MB; a running bot goes on in new ones. Five of each are kept.\nExample: claude-bot logs rotate") { options.Json };
        rotate.SetAction(parsed =>
        {
            var folder = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None).Get(BotSettings.LogDirectory)!;
            string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.log").Where(LogFile.PutAside).Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path))] : [];
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { folder, put_aside = files });
            else
                surroundings.Out.WriteLine(files.Length == 0 ? $"There is no log file in {folder}." : $"Put aside in {folder}: {string.Join(", ", files.Select(file => $"{file} as {file}.1"))}.");
            return ExitCode.Ok;
        });
        return new Command("logs", "The log files in BOT_LOG_DIR.") { rotate };
    }
}
