using System.Net;
using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.Playground.GitHub;

public sealed partial class PageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comments_hidden_marker_stays_hidden_and_its_other_HTML_is_text()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "First", "<!-- marker -->\n<img src=x onerror=alert(1)>\n\n<sub>small</sub> <b>bold</b>", [], Cancelled);

        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(playground.Host.ServerUrl, "/octo/shop/issues/1"), Cancelled);

        page.ShouldNotContain("marker");
        page.ShouldNotContain("<img");
        page.ShouldContain("&lt;img src=x");
        page.ShouldContain("<sub>small</sub> &lt;b&gt;bold");
    }

    [Fact]
    public async Task A_person_files_labels_discusses_and_closes_an_issue()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var person = new HttpClient { BaseAddress = playground.Host.ServerUrl };
        await SendAsync(person, "/octo/shop/issues/new", "/octo/shop/issues", ("title", "Prices & <taxes>"), ("body", "Please."), ("labels", "claude-bot, bug"));
        await SendAsync(person, "/octo/shop/issues/1", "/octo/shop/issues/1/unlabel", ("label", "bug"));
        await SendAsync(person, "/octo/shop/issues/1", "/octo/shop/issues/1/label", ("label", "priority:high"));
        await SendAsync(person, "/octo/shop/issues/1", "/octo/shop/issues/1/comment", ("body", "**Bold** <script>alert(1)</script> [x](javascript:alert(1))"));
        var page = await person.GetStringAsync("/octo/shop/issues/1", Cancelled);

        page.ShouldContain("local playground");
        page.ShouldContain("Prices &amp; &lt;taxes&gt;");
        page.ShouldContain("<strong>Bold</strong>");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("href=\"javascript");
        playground.Repository.Issues[1].LabelNames.ShouldBe(["claude-bot", "priority:high"]);
        await SendAsync(person, "/octo/shop/issues/1", "/octo/shop/issues/1/close");
        playground.Repository.Issues[1].IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task A_person_reads_the_diff_and_merges()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.PushBranchAsync("topic", "src/price.txt", "one\nTWO <b>\nthree\n", Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, "repos/octo/shop/pulls", new { title = "T", head = "topic", @base = "main", draft = true }, 201, Cancelled);
        using var person = new HttpClient { BaseAddress = playground.Host.ServerUrl };
        var page = await person.GetStringAsync("/octo/shop/pull/1", Cancelled);
        page.ShouldContain("<span class=\"a\">+TWO &lt;b&gt;</span>");
        page.ShouldContain("<span class=\"d\">-two</span>");

        await SendAsync(person, "/octo/shop/pull/1", "/octo/shop/issues/1/ready");
        await SendAsync(person, "/octo/shop/pull/1", "/octo/shop/issues/1/approve", ("body", "Good."));
        await SendAsync(person, "/octo/shop/pull/1", "/octo/shop/issues/1/merge");
        (await person.GetStringAsync("/octo/shop/blob/main/src/price.txt", Cancelled)).ShouldContain("TWO &lt;b&gt;");
        (await person.GetStringAsync("/octo/shop/pulls?state=closed", Cancelled)).ShouldContain("Merged");
        (await person.GetStringAsync("/", Cancelled)).ShouldContain("octo/shop");
    }

    [Fact]
    public async Task A_form_from_elsewhere_does_nothing()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var person = new HttpClient { BaseAddress = playground.Host.ServerUrl };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("title", "T")]);
        using var response = await person.PostAsync("/octo/shop/issues", form, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        playground.Repository.Issues.ShouldBeEmpty();
    }

    private static async Task SendAsync(HttpClient person, string page, string action, params (string Name, string Value)[] fields)
    {
        var word = Word().Match(await person.GetStringAsync(page, Cancelled)).Groups[1].Value;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("form", word), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var response = await person.PostAsync(action, form, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancelled));
    }

    [GeneratedRegex("name=\"form\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Word();
}
