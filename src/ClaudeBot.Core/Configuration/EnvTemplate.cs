using System.Text;

namespace ClaudeBot.Configuration;

/// <summary>Writes the catalogue as <c>.env.example</c>: what an installation needs first, then every setting, commented out.</summary>
public static class EnvTemplate
{
    private static readonly (string Name, string Value)[] Needed =
    [
        ("COMPOSE_PROJECT_NAME", "claude-bot-infrastructure"),
        ("COMPOSE_PROFILES", "nodejs"),
        ("COMPOSE_FILE", "docker-compose.yml:deploy/compose/v2.yml"),
        ("TARGET_REPO", ""),
        ("GITHUB_TOKEN", ""),
        ("GITHUB_WEBHOOK_SECRET", ""),
        ("ANTHROPIC_API_KEY", ""),
        ("STATUS_TOKEN", ""),
    ];

    public static string Text()
    {
        var text = new StringBuilder("""
            # Claude Bot. Copy this file to .env and fill in the first part; deploy/install.sh does both where it can.
            # Compose reads .env when it starts containers. The bot reads it at its start and, for secrets, while it runs, so that
            # 'docker-compose restart claude-bot' is enough after a change. The status web is given its few settings by Compose:
            # 'docker-compose up -d' hands on a change of those, of ports, limits and images.
            # The bot's container runs as user 10001, which must be able to read this file:
            #   chgrp 10001 .env && chmod 640 .env
            # This file is written by 'claude-bot config template --env'; a test holds it equal to the program.

            # ---- What every installation sets ----

            """);
        foreach (var (name, value) in Needed)
        {
            var setting = SettingsCatalogue.Find(name)!;
            Explain(text, setting);
            text.Append($"{name}={value}\n");
        }

        foreach (var room in SettingsCatalogue.All.Where(setting => Needed.All(needed => needed.Name != setting.Name)).GroupBy(setting => setting.Room))
        {
            text.Append($"\n# ---- {room.Key} ----\n");
            foreach (var setting in room)
            {
                Explain(text, setting);
                text.Append($"#{setting.Name}={setting.DefaultText}\n");
            }
        }

        return text.ToString();
    }

    private static void Explain(StringBuilder text, Setting setting)
    {
        var note = setting.Use == SettingUse.Planned ? " Checked, but not obeyed by this version." : "";
        text.Append($"\n# {setting.Meaning} ({setting.Kind}){note}\n");
    }
}
