using System.Net;
using System.Text.RegularExpressions;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class OperatorSessionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signing_in_gives_a_strict_cookie_that_holds_no_token_and_is_in_the_event_log()
    {
        await using var ledger = SqliteLedgers.Create();
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var browser = new OperatorBrowser(lab);

        using var answer = await browser.SignInAsync(next: "/tasks/x");

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe("/tasks/x");
        var cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldContain("; samesite=strict; httponly");
        cookie.ShouldNotContain("expires=");
        Uri.UnescapeDataString(cookie).ShouldNotContain(StatusWebLab.Token);
        (await browser.ReadAsync("/")).ShouldContain("Sign out");
        var entry = (await ledger.Events.SinceAsync(DateTimeOffset.MinValue, 10, Cancellation)).ShouldHaveSingleItem();
        (entry.Kind, entry.Actor, entry.Message).ShouldBe(("operator.signed_in", "operator", "Signed in on the status web from 127.0.0.1."));
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    public async Task Behind_a_proxy_with_TLS_every_cookie_is_for_TLS_only(string proto, bool isSecure)
    {
        await using var lab = await StatusWebLab.StartAsync();
        // Without a container: over plain HTTP it would keep a secure cookie to itself.
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", proto);
        using var page = await http.GetAsync(new Uri(lab.Address, "/sign-in"), Cancellation);
        var formCookie = page.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        var token = Regex.Match(await page.Content.ReadAsStringAsync(Cancellation), "name=\"form_token\" value=\"([^\"]+)").Groups[1].Value;
        http.DefaultRequestHeaders.Add("Cookie", formCookie.Split(';')[0]);

        using var signIn = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = StatusWebLab.Token, ["form_token"] = token });
        using var signedIn = await http.PostAsync(new Uri(lab.Address, "/sign-in"), signIn, Cancellation);
        using var dark = new FormUrlEncodedContent(new Dictionary<string, string> { ["theme"] = "dark", ["next"] = "/" });
        using var themed = await http.PostAsync(new Uri(lab.Address, "/theme"), dark, Cancellation);

        string[] cookies = [formCookie, signedIn.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem(), themed.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem()];
        cookies.Select(cookie => cookie[..cookie.IndexOf('=')]).ShouldBe(["claude_bot_form", "claude_bot_operator", "claude_bot_theme"]);
        cookies.ShouldAllBe(cookie => cookie.Contains("; secure") == isSecure);
    }

    [Fact]
    public async Task A_wrong_token_opens_nothing()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var browser = new OperatorBrowser(lab);

        using var answer = await browser.SignInAsync(StatusWebLab.Token + "x");

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("That is not STATUS_TOKEN.");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task While_no_token_is_set_nobody_can_sign_in_and_the_page_says_so()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var browser = new OperatorBrowser(lab);
        var form = await browser.FormTokenAsync("/sign-in");
        lab.CurrentToken = null;

        (await browser.ReadAsync("/sign-in")).ShouldContain("STATUS_TOKEN is not set");
        using var answer = await browser.PostFormAsync("/sign-in", form, ("token", ""));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_sign_in_that_another_site_sends_is_refused()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var browser = new OperatorBrowser(lab);

        using var answer = await browser.PostFormAsync("/sign-in", formToken: null, ("token", StatusWebLab.Token));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(cookie => cookie.StartsWith("claude_bot_operator"));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("")]
    public async Task After_the_sign_in_nobody_is_led_to_another_server(string next)
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var browser = new OperatorBrowser(lab);

        using var answer = await browser.SignInAsync(next: next);

        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_whoever_has_the_cookie()
    {
        await using var lab = await SignedInAsync(closed: true);
        using var thief = new OperatorBrowser(lab.Web);
        thief.Cookies.Add(lab.Browser.Cookies.GetCookies(lab.Web.Address));
        (await thief.ReadAsync("/")).ShouldContain("Sign out");

        using var answer = await lab.Browser.PostFormAsync("/sign-out", await lab.Browser.FormTokenAsync("/"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await IsOutAsync(lab.Browser);
        await IsOutAsync(thief);
    }

    [Fact]
    public async Task Signing_out_takes_a_form_of_the_session()
    {
        await using var lab = await SignedInAsync(closed: false);

        using var answer = await lab.Browser.PostFormAsync("/sign-out", formToken: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await lab.Browser.ReadAsync("/")).ShouldContain("Sign out");
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_though_it_is_used()
    {
        await using var lab = await SignedInAsync(closed: true);
        lab.Web.Time.Advance(TimeSpan.FromMinutes(59));
        (await lab.Browser.ReadAsync("/")).ShouldContain("Sign out");

        lab.Web.Time.Advance(TimeSpan.FromSeconds(61));

        await IsOutAsync(lab.Browser);
    }

    [Fact]
    public async Task A_new_STATUS_TOKEN_ends_the_sessions_of_the_old_one()
    {
        await using var lab = await SignedInAsync(closed: true);

        lab.Web.CurrentToken = "another-token-for-tests";

        await IsOutAsync(lab.Browser);
    }

    [Fact]
    public async Task Closed_reads_show_a_browser_the_sign_in_and_then_the_page_it_asked_for()
    {
        await using var lab = await StatusWebLab.StartAsync(readsNeedToken: true);
        using var browser = new OperatorBrowser(lab);

        using var page = await browser.GetAsync("/?before=x");

        page.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("name=\"next\" value=\"/?before=x\"");
        (await browser.SignInAsync()).Dispose();
        (await browser.ReadAsync("/")).ShouldContain("Total Bots");
    }

    [Fact]
    public async Task Ten_wrong_tokens_close_the_door_to_an_address_for_five_minutes()
    {
        await using var lab = await StatusWebLab.StartAsync();
        using var browser = new OperatorBrowser(lab);
        for (var i = 0; i < 5; i++)
        {
            (await browser.SignInAsync("guess")).Dispose();
            (await lab.ReportAsync("claude-bot", """{"status":"idle"}""", "guess")).Dispose();
        }

        using var form = await browser.SignInAsync();
        using var bearer = await lab.ReportAsync("claude-bot", """{"status":"idle"}""");

        form.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        bearer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        bearer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(5));
        lab.Time.Advance(TimeSpan.FromMinutes(5));
        using var later = await browser.SignInAsync();
        later.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    private static async Task IsOutAsync(OperatorBrowser browser)
    {
        using var page = await browser.GetAsync("/");
        page.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<Signed> SignedInAsync(bool closed)
    {
        var lab = await StatusWebLab.StartAsync(readsNeedToken: closed);
        var browser = new OperatorBrowser(lab);
        (await browser.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return new Signed(lab, browser);
    }

    private sealed record Signed(StatusWebLab Web, OperatorBrowser Browser) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Browser.Dispose();
            await Web.DisposeAsync();
        }
    }
}
