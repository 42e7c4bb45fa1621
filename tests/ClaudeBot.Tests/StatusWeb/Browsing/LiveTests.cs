using PuppeteerSharp;

namespace ClaudeBot.Tests.StatusWeb.Browsing;

[Trait("Needs", "Chromium")]
public sealed class LiveTests(Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_page_follows_the_queue_without_loading_again_and_keeps_what_a_person_has_opened_and_reached()
    {
        await using var stage = await Stage.BuildAsync();
        await using var page = await OpenAsync(stage, "/");
        await page.EvaluateExpressionAsync("window.same = true; document.querySelector('#day-tasks').open = true; document.querySelector('#recent a').focus()");

        await stage.AddAsync(60, "A new one", "acme/new");
        await stage.Ledger.Queue.PauseAsync("key rotation", "operator", Cancellation);
        await TellAsync(stage, page, "document.querySelector('#verdict').textContent.includes('key rotation')");

        (await page.EvaluateExpressionAsync<string>("document.querySelector('#tiles').textContent")).ShouldContain("Queued Tasks5");
        (await page.EvaluateExpressionAsync<bool>("window.same && document.querySelector('#day-tasks').open && document.activeElement.matches('#recent a')")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_task_page_follows_events_transcript_and_end_and_leaves_alone_what_is_being_typed()
    {
        await using var stage = await Stage.BuildAsync();
        await using var page = await chromium.OpenAsync();
        await page.SignInAsync(stage.Web.Address);
        await page.GoToAsync(new Uri(stage.Web.Address, $"/tasks/{stage.Running.Id}").AbsoluteUri);
        await LiveAsync(page);
        await page.TypeAsync("input[name=reason]", "half a sent");

        await stage.Ledger.Events.AppendAsync("task.note", "bot", stage.Running.Id, null, "by the way", Cancellation);
        await File.AppendAllLinesAsync(Path.Combine(stage.Web.Transcripts, $"{stage.Running.Id}-1.ndjson"), ["""{"type":"assistant","message":{"content":[{"type":"text","text":"Nearly done."}]}}"""], Cancellation);
        await TellAsync(stage, page, "document.querySelector('#timeline').textContent.includes('by the way') && document.querySelector('#transcript').textContent.includes('Nearly done.')");
        (await page.EvaluateExpressionAsync<string>("document.querySelector('input[name=reason]').value")).ShouldBe("half a sent");

        await stage.Ledger.Queue.CancelAsync(stage.Running.Id, "not wanted", "operator", Cancellation);
        await TellAsync(stage, page, "document.querySelector('#task').textContent.includes('cancelled') && document.querySelector('#live').textContent === 'Ended'");
    }

    [Fact]
    public async Task A_bot_that_falls_silent_is_seen_on_the_open_page()
    {
        await using var stage = await Stage.BuildAsync();
        await using var page = await OpenAsync(stage, "/");

        stage.Web.Time.Advance(TimeSpan.FromMinutes(13));

        await TellAsync(stage, page, "document.querySelector('#verdict').textContent.includes('has not reported for 13m')");
        (await page.EvaluateExpressionAsync<string>("document.querySelector('#bots').textContent")).ShouldContain("offline");
    }

    [Fact]
    public async Task The_colours_are_the_systems_until_somebody_chooses_and_stay_as_chosen()
    {
        await using var web = await StatusWebLab.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.SetJavaScriptEnabledAsync(false);
        await page.GoToAsync(new Uri(web.Address, "/tasks?state=failed").AbsoluteUri);

        var next = page.WaitForNavigationAsync();
        await page.ClickAsync("button[value=dark]");
        await next;

        page.Url.ShouldEndWith("/tasks?state=failed");
        await page.GoToAsync(web.Address.AbsoluteUri);
        (await page.EvaluateExpressionAsync<string>("document.documentElement.dataset.theme + ' ' + getComputedStyle(document.body).backgroundColor")).ShouldBe("dark rgb(16, 20, 26)");
    }

    [Fact]
    public async Task The_keyboard_reaches_the_content_first_and_shows_where_it_is()
    {
        await using var stage = await Stage.BuildAsync();
        await using var page = await OpenAsync(stage, "/");

        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateExpressionAsync<string>("document.activeElement.className + ' ' + getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("skip solid");
        await page.Keyboard.PressAsync("Enter");
        (await page.EvaluateExpressionAsync<string>("document.activeElement.id")).ShouldBe("main");
    }

    private async Task<IPage> OpenAsync(Stage stage, string path)
    {
        var page = await chromium.OpenAsync();
        await page.GoToAsync(new Uri(stage.Web.Address, path).AbsoluteUri);
        await LiveAsync(page);
        return page;
    }

    private static Task<IJSHandle> LiveAsync(IPage page) => page.WaitForExpressionAsync("document.querySelector('#live').dataset.state === 'on'");

    // The streams go by the web's clock: it moves until the page has what it waits for.
    private static async Task TellAsync(Stage stage, IPage page, string expression)
    {
        var seen = page.WaitForExpressionAsync(expression);
        while (!seen.IsCompleted)
        {
            stage.Web.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(seen, page.EvaluateExpressionAsync("new Promise(done => setTimeout(done, 50))"));
        }

        await seen;
    }
}
