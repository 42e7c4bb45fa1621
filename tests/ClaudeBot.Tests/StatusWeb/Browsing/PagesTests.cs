using PuppeteerSharp;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

/// <summary>Each page in a browser, in both themes and on a phone. <c>CLAUDE_BOT_SCREENSHOTS=FOLDER</c> keeps pictures of them.</summary>
[Trait("Needs", "Chromium")]
public sealed class PagesTests(Chromium chromium)
{
    // Violations that keep somebody from using the page (axe: https://github.com/dequelabs/axe-core/blob/develop/doc/API.md).
    private const string Axe = """
        async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
          .filter(found => ['serious', 'critical'].includes(found.impact))
          .flatMap(found => found.nodes.map(node => `${found.id}: ${node.target} – ${node.failureSummary}`))
        """;

    [Fact]
    public async Task Every_page_can_be_used_by_everybody_in_both_themes_and_on_a_phone()
    {
        await using var stage = await Stage.BuildAsync();
        var axe = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Npm, "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
        await using var page = await chromium.OpenAsync();
        var watch = await PageWatch.StartAsync(page, stage.Web.Address);
        foreach (var (name, path) in Pages(stage))
            await LookAsync(page, watch, axe, name, path, "reader");
        await page.SignInAsync(stage.Web.Address);
        foreach (var (name, path) in Pages(stage).Concat(OperatorPages(stage)))
            await LookAsync(page, watch, axe, name, path, "operator");
    }

    [Fact]
    public async Task A_web_that_stands_alone_shows_what_bots_reported()
    {
        await using var stage = await Stage.BuildAsync();
        var axe = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Npm, "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
        await using var page = await chromium.OpenAsync();
        var watch = await PageWatch.StartAsync(page, stage.Alone.Address);
        // With a second one it is chosen whose queue is meant.
        (await stage.Alone.ReportAsync("painter", """{"status":"idle","health":"healthy","takes_orders":true}""")).Dispose();
        await page.SignInAsync(stage.Alone.Address);
        foreach (var (name, path) in Pages(stage).Concat(OperatorPages(stage)))
            await LookAsync(page, watch, axe, name, path, "alone");
        await page.GoToAsync(new Uri(stage.Alone.Address, $"/tasks/{stage.Succeeded.Id}").AbsoluteUri);
        var text = await page.EvaluateExpressionAsync<string>("document.body.innerText");
        text.ShouldContain("dotnet test --no-build");
        text.ShouldContain("task.succeeded");
        text.ShouldContain("Transcripts lie with the bot");
    }

    private static IEnumerable<(string Name, string Path)> Pages(Stage stage) =>
    [
        ("overview", "/"), ("tasks", "/tasks"), ("search", "/tasks?q=vouchers&state=succeeded"), ("task", $"/tasks/{stage.Succeeded.Id}"), ("running-task", $"/tasks/{stage.Running.Id}"),
        ("queue", "/queue"), ("api", "/openapi"), ("sign-in", "/sign-in"),
    ];

    private static IEnumerable<(string Name, string Path)> OperatorPages(Stage stage) =>
    [
        ("transcript", $"/tasks/{stage.Succeeded.Id}/transcript"), ("diff", $"/tasks/{stage.Succeeded.Id}/diff"), ("security", "/security"), ("configuration", "/configuration"), ("system", "/system"),
    ];

    private static async Task LookAsync(IPage page, PageWatch watch, string axe, string name, string path, string reader)
    {
        foreach (var theme in (string[])["light", "dark"])
        {
            await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = theme }]);
            await page.SetViewportAsync(new ViewPortOptions { Width = 1280, Height = 900 });
            (await watch.OpenAsync(path)).ShouldBeEmpty(path);
            await KeepAsync(page, $"{name}-{reader}-{theme}");
            await page.EvaluateExpressionAsync(axe);
            (await page.EvaluateFunctionAsync<string[]>(Axe)).ShouldBeEmpty($"{path} for a {reader}, {theme}");
        }

        await page.SetViewportAsync(new ViewPortOptions { Width = 360, Height = 780, IsMobile = true, HasTouch = true });
        (await page.EvaluateExpressionAsync<int>("document.scrollingElement.scrollWidth")).ShouldBeLessThanOrEqualTo(360, $"{path} is wider than a phone");
        await KeepAsync(page, $"{name}-{reader}-phone");
    }

    private static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CLAUDE_BOT_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, name + ".png"), new ScreenshotOptions { FullPage = true });
    }
}
