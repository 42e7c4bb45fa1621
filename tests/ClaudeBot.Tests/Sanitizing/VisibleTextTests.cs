using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClaudeBot.Sanitizing;
using Markdig;

namespace ClaudeBot.Tests.Sanitizing;

public sealed partial class VisibleTextTests(ITestOutputHelper output)
{
    private static readonly MarkdownPipeline Page = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().UseFootnotes().UseEmphasisExtras().Build();

    [Theory]
    [InlineData("Grüße, 世界\n\n\tcode <T> & more")]
    [InlineData("👩‍💻 works, ❤️ too, 1️⃣ and #️⃣")]
    [InlineData("می‌خواهم and क्‍ष")]
    [InlineData("# Title\n\n- a\n- [x] b\n\n> quote\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n~~no~~ **yes** `<b title=\"x\">` https://a.test/x?y=1#z")]
    [InlineData("```html\n<!-- shown --><img alt=\"shown\">\n```\n\n    [x]: shown 'shown'")]
    [InlineData("See [the log](https://a.test/log) and [the code](src/a.js#L10), or <https://b.test>.")]
    [InlineData("It costs $5, not 10 % of $50. a < b, a<b, c > d && e; 1 <2> 3")]
    [InlineData("| | |\n| - | - |\n| 1 | 2 |\n\n> a | b\n> --- | ---\n> 1 | 2 \\| 3\n\n|a|\n|-|\n|`x|y`|")]
    [InlineData("Text.[^1]\n\n[^1]: A note that is shown.")]
    [InlineData("\\<!-- shown --> and &lt;!-- shown --&gt;")]
    [InlineData("a <!-- shown, since nothing closes it")]
    public void Visible_text_stays_as_it_is(string text)
    {
        var read = VisibleText.Read(text);

        read.Text.ShouldBe(text);
        read.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_reader_unfolds_stays_and_tags_that_hide_nothing_are_no_finding()
    {
        var read = VisibleText.Read("<details><summary>Log</summary>\n\nline *one*\n\n</details>\n\nH<sub>2</sub>O<br>next");

        read.Text.ShouldBe("Log\n\nline *one*\n\n\n\nH2O next");
        read.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void Links_keep_their_address_and_lose_what_is_beside_it() =>
        VisibleText.Read("[one](https://a.test 'x') [two][t] [![x](i.png)](https://b.test)\n\n[t]: https://c.test/(1)").Text
            .ShouldBe("[one](https://a.test) [two](https://c.test/%281%29) [(image)](https://b.test)");

    [Fact]
    public void A_pasted_picture_is_an_ordinary_thing()
    {
        var read = VisibleText.Read("Look:\n\n<img width=\"500\" alt=\"image\" src=\"https://a.test/1\" />\n\n![Screenshot](https://a.test/2)");

        read.Text.ShouldBe("Look:\n\n(image)\n\n(image)");
        read.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void The_images_that_the_page_shows_are_told_in_order_and_no_others()
    {
        var read = VisibleText.Read(
            "<img src='https://a.test/1' width=500> text ![x](https://a.test/2 \"t\") ![y][r] [![z](https://a.test/4)](https://b.test)\n\n"
            + "<div hidden><img src=\"https://a.test/hidden\"></div> <img src=https://a.test/5?x&amp;y>\n\n<img height=0 src=https://a.test/pixel>\n\n"
            + "<!-- <img src=https://a.test/comment> ![c](https://a.test/comment2) -->\n\n`![code](https://a.test/code)`\n\n[r]: https://a.test/3");

        read.Images.ShouldBe(["https://a.test/1", "https://a.test/2", "https://a.test/3", "https://a.test/4", "https://a.test/5?x&y"]);
        read.Text.Split("(image)").Length.ShouldBe(6);
    }

    [Fact]
    public void No_visible_character_of_any_recorded_payload_is_lost()
    {
        var (payloads, texts) = RecordedTexts();

        foreach (var text in texts)
        {
            var read = VisibleText.Read(text);
            Shown(read.Text).ShouldBe(Shown(text), text);
            VisibleText.Read(read.Text).Text.ShouldBe(read.Text);
        }

        output.WriteLine($"{texts.Count} texts of {payloads} payloads, no visible character lost");
        payloads.ShouldBeGreaterThanOrEqualTo(329);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("<")]
    [InlineData("*")]
    [InlineData("<!--")]
    [InlineData("<!-")]
    [InlineData("![")]
    [InlineData("[a](")]
    [InlineData("[x][y] ")]
    [InlineData("[a]: x 't'\n")]
    [InlineData("> ")]
    [InlineData("<div hidden>")]
    [InlineData("<div title=\"")]
    [InlineData("`")]
    [InlineData("$\\phantom{")]
    [InlineData("|")]
    [InlineData("\u200b")]
    [InlineData("&#8203;")]
    [InlineData("<a b='c'>")]
    public void A_megabyte_of_hostile_markup_is_read_or_left_out(string unit)
    {
        var read = VisibleText.Read(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)));

        read.Text.Length.ShouldBeLessThanOrEqualTo(65_536);
        read.Removed.ShouldContain(HiddenContent.Length);
        VisibleText.Read(read.Text).Text.ShouldBe(read.Text);
    }

    [Fact]
    public void Random_markup_is_read_the_same_the_second_time()
    {
        string[] pieces = ["[", "]", "(", ")", "<", ">", "<!--", "-->", "<b", " a", "='x'", "\"", "\n", "\n\n", "*", "`", "```", "$", "|", "|-|-|\n", "[x]: y", "&lt;", "&#8203;", "\u200b", "<div>", "</div>", "<div hidden>", "word", "- ", "> ", "!", "[^1]", ": "];
        var random = new Random(7);
        for (var i = 0; i < 3_000; i++)
        {
            var text = string.Concat(random.GetItems(pieces, random.Next(1, 30)));
            var read = VisibleText.Read(text).Text;
            VisibleText.Read(read).Text.ShouldBe(read, text);
        }
    }

    [Fact]
    public void An_approved_text_is_named_by_title_and_body_together()
    {
        var hash = ApprovedText.Hash("a", "b\r\nc");

        hash.ShouldBe(ApprovedText.Hash("a", "b\nc"));
        hash.Length.ShouldBe(64);
        new[] { ApprovedText.Hash("ab", "\nc"), ApprovedText.Hash("a", "b\nd"), ApprovedText.Hash("", "a\0b\nc") }.ShouldNotContain(hash);
    }

    /// <summary>What a page shows, by a road of its own: rendered to HTML, tags taken off, entities read, blanks left out.</summary>
    private static string Shown(string markdown)
    {
        var html = Markdown.ToHtml(markdown.ReplaceLineEndings("\n"), Page);
        var text = WebUtility.HtmlDecode(Tag().Replace(Image().Replace(Comment().Replace(html, ""), "(image)"), ""));
        return string.Concat(text.Normalize(NormalizationForm.FormC).Where(c => !char.IsWhiteSpace(c)));
    }

    private static (int Payloads, IReadOnlyCollection<string> Texts) RecordedTexts()
    {
        using var examples = JsonDocument.Parse(File.ReadAllBytes(Webhooks.RecordedPayloads.IndexPath));
        var payloads = examples.RootElement.EnumerateArray().SelectMany(webhook => webhook.GetProperty("examples").EnumerateArray()).ToList();
        return (payloads.Count, payloads.SelectMany(Strings).ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        _ => [],
    };

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("<img[^>]*>")]
    private static partial Regex Image();

    [GeneratedRegex("</?[a-zA-Z][^>]*>")]
    private static partial Regex Tag();
}
