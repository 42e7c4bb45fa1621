using System.Net;
using System.Text.Json;
using ClaudeBot.GitHub.Apps;

namespace ClaudeBot.Tests.Deployment;

/// <summary>deploy/github-app asks for what the program needs, under GitHub's names.</summary>
public sealed class GitHubAppTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "deploy", "github-app");

    private static JsonElement Manifest => JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json")));

    [Fact]
    public void The_manifest_asks_for_what_the_program_needs_and_nothing_else()
    {
        Manifest.GetProperty("default_permissions").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!).ShouldBe(AppNeeds.Permissions, ignoreOrder: true);
        Manifest.GetProperty("default_events").EnumerateArray().Select(one => one.GetString()!).ShouldBe(AppNeeds.Events, ignoreOrder: true);
        Manifest.GetProperty("public").GetBoolean().ShouldBeFalse();
        new Uri(Manifest.GetProperty("hook_attributes").GetProperty("url").GetString()!).AbsolutePath.ShouldBe("/webhooks/github");
    }

    [Fact]
    public void Every_permission_and_event_is_one_that_GitHub_knows()
    {
        using var file = File.OpenRead(Path.Combine(RepositoryFolder.Npm, "@octokit", "openapi", "generated", "ghes-3.19.json"));
        using var description = JsonDocument.Parse(file);
        var known = description.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("app-permissions").GetProperty("properties");
        foreach (var (name, access) in AppNeeds.Permissions)
            known.GetProperty(name).GetProperty("enum").EnumerateArray().Select(word => word.GetString()).ShouldContain(access, name);

        using var examples = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Npm, "@octokit", "webhooks-examples", "api.github.com", "index.json")));
        var events = examples.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToArray();
        AppNeeds.Events.Except(events!).ShouldBeEmpty();
    }

    [Fact]
    public void The_page_that_makes_the_App_holds_the_manifest()
    {
        var page = File.ReadAllText(Path.Combine(Folder, "create.html"));
        var text = page[(page.IndexOf("spellcheck=\"false\">", StringComparison.Ordinal) + 19)..page.IndexOf("</textarea>", StringComparison.Ordinal)];
        JsonElement.DeepEquals(JsonElement.Parse(WebUtility.HtmlDecode(text)), Manifest).ShouldBeTrue();
        page.ShouldContain("<form method=\"post\" action=\"https://github.com/settings/apps/new\">");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public void The_walk_through_names_every_permission()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "GITHUB_APP.md"));
        foreach (var (name, access) in AppNeeds.Permissions)
            page.ShouldContain($"| {char.ToUpperInvariant(name[0])}{name[1..].Replace('_', ' ')}: {(access == "write" ? "read and write" : access)} |");
    }
}
