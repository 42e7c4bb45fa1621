using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;

namespace ClaudeBot.Commands;

/// <summary><c>config check|show|template</c>.</summary>
internal static class ConfigCommands
{
    private const string TemplateFile = "config-template.yml";

    public static Command Build(GlobalOptions options, Surroundings surroundings)
    {
        var config = new Command("config", "Check, show and write the configuration.");
        config.Subcommands.Add(Check(options, surroundings));
        config.Subcommands.Add(Show(options, surroundings));
        config.Subcommands.Add(Template(surroundings));
        return config;
    }

    private static Command Check(GlobalOptions options, Surroundings surroundings)
    {
        var save = new Option<string?>("--save-template") { Description = $"Write a configuration file to start from, and end; without a name {TemplateFile}.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var role = StatusWebAlone.RoleOption("Whose configuration it is");
        var check = new Command("check", "Name every fault of the configuration at once.\nExample: claude-bot config check --env-file .env") { options.Json, save, role };
        check.SetAction(parsed =>
        {
            if (parsed.GetResult(save) is not null)
            {
                var file = parsed.GetValue(save) ?? TemplateFile;
                File.WriteAllText(file, SettingsDocument.Yaml());
                surroundings.Out.WriteLine($"Configuration template saved to {file}");
                return ExitCode.Ok;
            }

            var configuration = options.Read(parsed, surroundings);
            var faults = configuration.FaultsFor(StatusWebAlone.IsMeant(parsed.GetValue(role), configuration) ? ConfigurationNeeds.None : ConfigurationNeeds.Bot);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { valid = faults.Count == 0, faults, warnings = configuration.Warnings });
            else
                Print(configuration, faults, surroundings.Out);
            return faults.Count == 0 ? ExitCode.Ok : ExitCode.Configuration;
        });
        return check;
    }

    private static void Print(BotConfiguration configuration, IReadOnlyList<ConfigurationFault> faults, TextWriter output)
    {
        foreach (var fault in faults)
            output.WriteLine($"ERROR configuration: {fault}");
        foreach (var warning in configuration.Warnings)
            output.WriteLine($"WARNING configuration: {warning}");
        output.WriteLine(faults.Count == 0 ? "Configuration loaded successfully" : $"Configuration error: {faults.Count} to correct");
        output.WriteLine("Configuration (sensitive values masked):");
        foreach (var setting in Shown())
            output.WriteLine($"  {setting.FileKey}: {configuration.Shown(setting)}");
    }

    private static Command Show(GlobalOptions options, Surroundings surroundings)
    {
        var show = new Command("show", "Show what is obeyed, and where each value was found; secrets masked.\nExample: claude-bot config show --json") { options.Json };
        show.SetAction(parsed =>
        {
            var configuration = options.Read(parsed, surroundings);
            var rows = Shown().Select(setting => new { name = setting.Name, value = configuration.Shown(setting), origin = configuration.Origin(setting), secret = setting.IsSecret });
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(rows);
            else
                Tables.Write(surroundings, ["Setting", "Value", "From"], rows.Select(row => new[] { row.name, row.value, row.origin }));
            return ExitCode.Ok;
        });
        return show;
    }

    private static Command Template(Surroundings surroundings)
    {
        var markdown = new Option<bool>("--markdown") { Description = "The page docs/CONFIGURATION.md instead." };
        var env = new Option<bool>("--env") { Description = "The file .env.example instead." };
        var template = new Command("template", "Write a configuration file to start from.\nExample: claude-bot config template > bot-config.yml") { markdown, env };
        template.SetAction(parsed => surroundings.Out.Write(
            parsed.GetValue(markdown) ? SettingsDocument.Markdown() : parsed.GetValue(env) ? EnvTemplate.Text() : SettingsDocument.Yaml()));
        return template;
    }

    private static IEnumerable<Setting> Shown() => SettingsCatalogue.All.Where(setting => setting.Use != SettingUse.Elsewhere);
}
