using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed partial class ApiDescriptionTests
{
    [Fact]
    public async Task The_page_about_the_API_names_each_path_that_the_description_has_and_no_other()
    {
        await using var lab = await StatusWebLab.StartAsync();
        var description = JsonNode.Parse(await lab.ReadAsync("/openapi/v1.json"))!;
        var described = description["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "API.md"), TestContext.Current.CancellationToken);
        var section = page[page.IndexOf("## Status web", StringComparison.Ordinal)..page.IndexOf("Pages for people", StringComparison.Ordinal)];
        var told = Row().Matches(section).SelectMany(row => Paths(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value));

        told.Order(StringComparer.Ordinal).ShouldBe(described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_description_names_the_fields_in_the_form_in_which_they_are_sent()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        var schemas = JsonNode.Parse(await lab.ReadAsync("/openapi/v1.json"))!["components"]!["schemas"]!;

        foreach (var (path, schema) in new[] { ("/api/tasks", "TaskPageRecord"), ($"/api/tasks/{task.Id}", "TaskDetails"), ("/api/health", "HealthRecord"), ("/api/bots", "BotList"), ("/api/status", "StatusList"), ("/api/nothing", "ErrorRecord") })
        {
            var sent = JsonNode.Parse(await lab.ReadAsync(path))!.AsObject().Select(member => member.Key);
            var described = schemas[schema]!["properties"]!.AsObject().Select(member => member.Key);
            sent.ShouldBe(described, path);
        }

        schemas["TaskRecord"]!["properties"]!.AsObject().Select(member => member.Key)
            .ShouldBe(JsonNode.Parse(await lab.ReadAsync("/api/tasks"))!["tasks"]![0]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task What_needs_the_token_says_so()
    {
        await using var lab = await StatusWebLab.StartAsync();

        foreach (var (path, operations) in JsonNode.Parse(await lab.ReadAsync("/openapi/v1.json"))!["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                using var request = new HttpRequestMessage(HttpMethod.Parse(method), new Uri(lab.Address, path.Replace("{bot_id}", "none").Replace("{id}", "none")));
                using var answer = await lab.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                (answer.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(operation!["security"] is JsonArray { Count: > 0 }, $"{method} {path}");
            }
        }
    }

    [Fact]
    public async Task The_page_for_people_shows_every_operation()
    {
        await using var lab = await StatusWebLab.StartAsync();
        var page = WebUtility.HtmlDecode(await lab.ReadAsync("/openapi"));

        foreach (var (path, operations) in JsonNode.Parse(await lab.ReadAsync("/openapi/v1.json"))!["paths"]!.AsObject())
        {
            page.ShouldContain($"<code>{path}</code>");
            foreach (var (_, operation) in operations!.AsObject())
                page.ShouldContain(operation!["summary"]!.GetValue<string>());
        }
    }

    /// <summary>A row speaks of one path, or of two that differ in their last word.</summary>
    private static IEnumerable<string> Paths(string method, string path, string second) =>
        second.Length == 0 ? [$"{method} {path}"] : [$"{method} {path}", $"{method} {path[..path.LastIndexOf('/')]}/{second}"];

    [GeneratedRegex(@"^\| `(GET|POST) ([^`]+)`(?:, `…/([a-z]+)`)? \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
