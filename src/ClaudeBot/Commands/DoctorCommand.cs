using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Operations.Doctor;

namespace ClaudeBot.Commands;

/// <summary><c>doctor</c>: looks at everything that an installation needs.</summary>
internal sealed class DoctorCommand(GlobalOptions options, Surroundings surroundings)
{
    public Command Build()
    {
        var fix = new Option<bool>("--fix") { Description = "Mend what can be mended without harm: missing folders, rights, files that cannot be tasks, labels, leftovers." };
        var role = StatusWebAlone.RoleOption("What to look at");
        var doctor = new Command(
            "doctor",
            "Look at everything that the bot, or a status web alone, needs, and say what to do where something is wrong. Changes nothing without --fix. "
            + "Exit code 0 when there is no fault, else 78 (configuration), 77 (a credential), 69 (something that the bot needs is away) or 1, the first of them that holds.\nExample: claude-bot doctor --env-file .env") { fix, role, options.Json };
        doctor.SetAction(async (parsed, token) =>
        {
            var configuration = options.Read(parsed, surroundings);
            var services = new ServiceCollection();
            services.AddLogging();
            var web = StatusWebAlone.IsMeant(parsed.GetValue(role), configuration);
            if (web)
                services.AddDoctorOfWeb(configuration, surroundings.Time);
            else
                services.AddRooms(configuration, surroundings.Time).AddDoctor(configuration);
            await using var provider = services.BuildServiceProvider();
            var findings = new List<Finding>();
            var objection = parsed.GetValue(fix) && !web ? DataFolderOwner.Objection(configuration.DataDirectory) : null;
            var round = provider.GetRequiredService<DoctorRound>().ExamineAsync(parsed.GetValue(fix) && objection is null, token);
            await foreach (var finding in objection is null ? round : round.Prepend(objection))
            {
                findings.Add(finding);
                if (!parsed.GetValue(options.Json))
                    Print(finding);
            }

            Conclude(findings, parsed.GetValue(options.Json));
            return Code(findings);
        });
        return doctor;
    }

    private void Print(Finding finding)
    {
        var word = finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Warning => "WARNING", _ => "FAULT" };
        surroundings.Out.WriteLine(options.Mask.Mask(LogText.OneLine($"{word,-8}{finding.Check}: {finding.What}")));
        if (finding.Remedy is { } remedy)
            surroundings.Out.WriteLine(options.Mask.Mask(LogText.OneLine($"{"",-8}→ {remedy}")));
    }

    private void Conclude(List<Finding> findings, bool json)
    {
        var (faults, warnings) = (findings.Count(finding => finding.Level == FindingLevel.Fault), findings.Count(finding => finding.Level == FindingLevel.Warning));
        if (json)
            surroundings.Out.Write(options.Mask.Mask(Json(new
            {
                healthy = faults == 0,
                faults,
                warnings,
                findings = findings.Select(finding => new { check = finding.Check, level = finding.Level, what = LogText.OneLine(finding.What), remedy = finding.Remedy, fixable = finding.Cure is not null }),
            })));
        else
            surroundings.Out.WriteLine($"{findings.Count} looked at: {faults} {(faults == 1 ? "fault" : "faults")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}.{(findings.Any(finding => finding is { Cure: not null, Level: not FindingLevel.Ok }) ? " Some can be mended by 'claude-bot doctor --fix'." : "")}");
    }

    private static string Json(object value)
    {
        using var text = new StringWriter();
        text.WriteJson(value);
        return text.ToString();
    }

    private static int Code(List<Finding> findings)
    {
        var kinds = findings.Where(finding => finding.Level == FindingLevel.Fault).Select(finding => finding.Kind).ToHashSet();
        return kinds.Contains(FaultKind.Configuration) ? ExitCode.Configuration
            : kinds.Contains(FaultKind.Authentication) ? ExitCode.Authentication
            : kinds.Contains(FaultKind.Unavailable) ? ExitCode.Unavailable
            : kinds.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }
}
