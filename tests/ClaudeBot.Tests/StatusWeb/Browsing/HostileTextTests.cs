using ClaudeBot.Tests.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

[Trait("Needs", "Chromium")]
[Trait("Length", "Long")]
[Trait("Start", "First")]
public sealed class HostileTextTests(Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="isBare">True: the browser is told to pass over the pages' policy, so that encoding has to do alone.</param>
    /// <param name="isOperator">True: the pages have their forms.</param>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task No_text_from_outside_does_anything_in_a_browser_but_be_read(bool isBare, bool isOperator)
    {
        using var folder = new TemporaryFolder();
        await using var lab = await StatusWebLab.StartAsync(services => HostileLedger.Plug(services, folder.Path));
        var ledger = await HostileLedger.FillAsync(lab, folder.Path);
        await using var page = await chromium.OpenAsync();
        await page.SetBypassCSPAsync(isBare);
        var watch = await PageWatch.StartAsync(page, lab.Address);
        if (isOperator)
            await page.SignInAsync(lab.Address);

        var lists = ledger.Tasks.Chunk(25).Select(chunk => $"/tasks?before={chunk[^1].Id}").Append("/").Append("/queue");
        string[] operators = ["/security", "/configuration", "/system", $"/tasks/{ledger.Tasks[0].Id}/transcript", $"/tasks/{ledger.Tasks[0].Id}/diff"];
        var given = HostileTexts.All.SelectMany(text => new[] { $"/sign-in?next={Uri.EscapeDataString(text)}", $"/tasks?q={Uri.EscapeDataString(text)}" });
        foreach (var path in lists.Concat(isOperator ? operators : given))
            (await watch.OpenAsync(path)).ShouldBeEmpty(path);
        foreach (var (id, text) in ledger.Tasks)
        {
            (await watch.OpenAsync($"/tasks/{id}")).ShouldBeEmpty(text);
            (await page.EvaluateExpressionAsync<string>("document.querySelector('h1 bdi').textContent")).ShouldBe(text.Replace("\r\n", "\n"));
        }
    }

    [Fact]
    public async Task The_watch_would_see_script_that_runs_and_script_that_a_policy_stops()
    {
        await using var careless = await CarelessWebAsync();
        var address = new Uri(careless.Urls.Single());
        await using var page = await chromium.OpenAsync();
        var watch = await PageWatch.StartAsync(page, address);

        (await watch.OpenAsync("/open?text=" + Uri.EscapeDataString("<img src=x onerror=alert(1)>"))).ShouldContain("dialog 1");
        var stopped = await watch.OpenAsync("/closed?text=" + Uri.EscapeDataString("<script>alert(1)</script><a href=https://evil.example>x</a>"));
        stopped.ShouldNotContain("dialog 1");
        stopped.ShouldContain(found => found.StartsWith("violation of script-src"));
        stopped.ShouldContain("element script");
        stopped.ShouldContain("link to https://evil.example");
        await page.SetBypassCSPAsync(true);
        (await watch.OpenAsync("/closed?text=" + Uri.EscapeDataString("<script>alert(2)</script>"))).ShouldContain("dialog 2");
    }

    private static async Task<WebApplication> CarelessWebAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/open", (string text) => Results.Content($"<!DOCTYPE html><body>{text}", "text/html"));
        app.MapGet("/closed", (string text, HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'none'";
            return Results.Content($"<!DOCTYPE html><body>{text}", "text/html");
        });
        app.MapGet("/x", () => Results.NotFound());
        await app.StartAsync(Cancellation);
        return app;
    }
}
