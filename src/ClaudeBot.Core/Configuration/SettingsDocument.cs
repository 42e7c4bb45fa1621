using System.Text;

namespace ClaudeBot.Configuration;

/// <summary>Writes the catalogue for people: docs/CONFIGURATION.md and a configuration file to start from.</summary>
public static class SettingsDocument
{
    /// <summary>The whole of docs/CONFIGURATION.md.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        text.Append("""
            # Configuration

            This page is written by `claude-bot config template --markdown`; a test holds it equal to the program.

            ## Where a value comes from

            The first place that has the setting wins. A blank value counts as not set.

            | | Ordinary settings | Secrets |
            |---|---|---|
            | 1 | command line: `--set NAME=VALUE` | the file named by `NAME_FILE` |
            | 2 | the file named by `NAME_FILE` | `/run/secrets/name`, newest of `name`, `name_v2`, `name_v3` … |
            | 3 | environment | the `.env` file: `--env-file`, else `/run/secrets/bot.env` |
            | 4 | the `.env` file: `--env-file`, else `/run/secrets/bot.env` | environment |
            | 5 | the file named by `BOT_CONFIG_FILE` (YAML or JSON) | the file named by `BOT_CONFIG_FILE` |
            | 6 | default | – |

            For secrets the files come first, because the environment of a container is frozen when the container is made: a new
            value in a file takes effect within seconds, without a restart. Secrets are refused on the command line and masked
            in all output. Durations are a number in the setting's own unit, or `30s`, `5m`, `1h`.

            `claude-bot config check` lists every fault at once, with the remedy; a program that cannot start because of its
            configuration ends with exit code 78. `claude-bot config show` shows what is obeyed, and where each value was found.

            """);
        foreach (var room in SettingsCatalogue.All.GroupBy(setting => setting.Room))
        {
            text.Append('\n').Append("## ").Append(room.Key).Append("\n\n| Variable | File key | Default | Values | Meaning |\n|---|---|---|---|---|\n");
            foreach (var setting in room)
                text.Append($"| `{setting.Name}` | `{setting.FileKey}` | {Code(setting.DefaultText)} | {setting.Kind} | {setting.Meaning}{Note(setting)} |\n");
        }

        return text.ToString();
    }

    /// <summary>A configuration file with every setting that is not secret, at its default and commented out.</summary>
    public static string Yaml()
    {
        var text = new StringBuilder("# Claude Bot. Name this file in BOT_CONFIG_FILE. Secrets belong in files of their own: see docs/CONFIGURATION.md.\n");
        foreach (var room in SettingsCatalogue.All.Where(setting => !setting.IsSecret && setting.Use == SettingUse.Obeyed && setting != BotSettings.ConfigurationFile).GroupBy(setting => setting.Room))
        {
            text.Append($"\n# {room.Key}\n");
            foreach (var setting in room)
                text.Append($"# {setting.Meaning} ({setting.Kind})\n# {setting.FileKey}: {setting.DefaultText}\n");
        }

        return text.ToString();
    }

    private static string Code(string text) => text.Length == 0 ? "–" : $"`{text}`";

    private static string Note(Setting setting) => setting.Use == SettingUse.Planned ? " *Checked, but not obeyed by this version.*" : "";
}
