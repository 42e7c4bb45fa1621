using System.Text.RegularExpressions;
using ClaudeBot.Operations.Monitoring;
using ClaudeBot.Tests.Hosting;
using YamlDotNet.RepresentationModel;

namespace ClaudeBot.Tests.Operations.Monitoring;

/// <summary>What lies in <c>deploy/</c> for Prometheus, Alertmanager and Grafana speaks of what the bot really tells.</summary>
public sealed partial class MonitoringFilesTests
{
    private static readonly string Deploy = Path.Combine(RepositoryFolder.Root, "deploy");

    /// <summary>The sections of the runbook that an alert may name.</summary>
    private static readonly string[] Sections =
    [
        "bot-not-processing-issues", "high-memory-usage", "api-rate-limiting", "container-restart-loop", "full-system-recovery",
        "data-corruption-recovery", "emergency-api-key-rotation", "checking-health", "daily-checks", "weekly-maintenance", "monthly-maintenance",
    ];

    [Fact]
    public void Rules_and_dashboard_name_only_metrics_that_there_are()
    {
        using var room = new HostRoom();
        var there = MetricCatalogue.All(room.Configuration())
            .SelectMany(definition => definition.Kind == MetricKind.Histogram
                ? new[] { $"{definition.Name}_bucket", $"{definition.Name}_count", $"{definition.Name}_sum" }
                : [definition.Name])
            .Concat(Rules("recording.yml").Select(rule => rule["record"]))
            .ToHashSet(StringComparer.Ordinal);
        var expressions = Rules("recording.yml").Concat(Rules("alerts.yml")).Select(rule => rule["expr"]).Concat(Dashboard.Expressions()).ToArray();

        expressions.Length.ShouldBeGreaterThan(50);
        expressions.SelectMany(expression => MetricName().Matches(expression).Select(match => match.Value)).Distinct().Except(there).ShouldBeEmpty();
    }

    [Fact]
    public void Every_alert_has_a_severity_of_the_runbook_and_names_its_section()
    {
        var text = Path.Combine(RepositoryFolder.Root, "docs", "RUNBOOK.md");
        var sections = File.Exists(text) ? Heading().Matches(File.ReadAllText(text)).Select(match => Anchor(match.Groups[1].Value)).ToArray() : Sections;
        foreach (var alert in Rules("alerts.yml"))
        {
            alert["severity"].ShouldBeOneOf("P1", "P2", "P3", "P4");
            alert["runbook"].ShouldStartWith("docs/RUNBOOK.md#");
            sections.ShouldContain(alert["runbook"].Split('#')[1], alert["alert"]);
            alert["summary"].ShouldNotBeNullOrWhiteSpace();
            alert["description"].ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public void The_dashboard_asks_the_data_source_that_is_chosen_and_its_panels_do_not_overlap()
    {
        var dashboard = Dashboard.Read();
        var variable = dashboard["templating"]!["list"]!.AsArray().Single(one => one!["type"]!.GetValue<string>() == "datasource")!;
        variable["query"]!.GetValue<string>().ShouldBe("prometheus");
        var panels = dashboard["panels"]!.AsArray().Select(panel => panel!).ToArray();
        panels.Where(panel => panel["datasource"] is not null).ShouldAllBe(panel => panel["datasource"]!["uid"]!.GetValue<string>() == "${datasource}");
        panels.Select(panel => panel["id"]!.GetValue<int>()).ShouldBeUnique();
        var cells = from panel in panels
                    let at = panel["gridPos"]!
                    from x in Enumerable.Range(at["x"]!.GetValue<int>(), at["w"]!.GetValue<int>())
                    from y in Enumerable.Range(at["y"]!.GetValue<int>(), at["h"]!.GetValue<int>())
                    select (x, y);
        cells.ShouldBeUnique();
        cells.ShouldAllBe(cell => cell.x < 24);
    }

    [Fact]
    public void The_scrape_job_has_the_name_that_rules_ask_for_and_keys_are_read_from_files()
    {
        File.ReadAllText(Path.Combine(Deploy, "prometheus", "prometheus.yml")).ShouldContain("job_name: claude_bot\n");
        var alertmanager = File.ReadAllText(Path.Combine(Deploy, "alertmanager", "alertmanager.yml"));
        alertmanager.ShouldContain("routing_key_file: ");
        alertmanager.ShouldNotContain("routing_key:");
        alertmanager.ShouldNotContain("api_url:");
    }

    /// <summary>Each rule as its words: the fields, the severity and the annotations.</summary>
    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Rules(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(Path.Combine(Deploy, "prometheus", "rules", file));
        yaml.Load(reader);
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"])
                .SelectMany(group => (YamlSequenceNode)group["rules"])
                .Select(rule => Words((YamlMappingNode)rule)),
        ];
    }

    private static Dictionary<string, string> Words(YamlMappingNode node) => node.Children
        .SelectMany(pair => pair.Value is YamlMappingNode inner ? Words(inner) : new Dictionary<string, string> { [((YamlScalarNode)pair.Key).Value!] = ((YamlScalarNode)pair.Value).Value! })
        .ToDictionary();

    // As GitHub makes them: small letters, hyphens for blanks, nothing else.
    private static string Anchor(string heading) => NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<!"")\bclaude_bot[a-z0-9_:]+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex NotInAnchor();
}
