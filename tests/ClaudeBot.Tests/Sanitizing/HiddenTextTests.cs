using ClaudeBot.Sanitizing;

namespace ClaudeBot.Tests.Sanitizing;

/// <summary>Ways to write text into an issue that its page does not show. The word HIDDEN must not reach the agent; SEEN must.</summary>
public sealed class HiddenTextTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "comment", "SEEN <!-- HIDDEN --> SEEN" },
        { "comment over lines", "SEEN\n\n<!--\nHIDDEN\n\nHIDDEN\n-->\n\nSEEN" },
        { "comment never closed", "SEEN\n\n<!-- HIDDEN\n\nHIDDEN" },
        { "comment never closed in an element", "SEEN\n\n<div>\n<!-- HIDDEN\n\nHIDDEN\n\n</div>" },
        { "comment put together by another", "SEEN <!-<!-- x -->- HIDDEN --> SEEN" },
        { "link title in double quotes", "[SEEN](https://a.test \"HIDDEN\")" },
        { "link title in single quotes", "[SEEN](https://a.test 'HIDDEN')" },
        { "link title in parentheses", "[SEEN](https://a.test (HIDDEN))" },
        { "link with no text", "SEEN [](https://a.test/HIDDEN) SEEN" },
        { "link that is no address", "[SEEN](data:text/plain,HIDDEN)" },
        { "text of an image", "SEEN ![HIDDEN words, enough of them that nobody would call this the name of a picture, or anything but instructions](https://a.test/x.png)" },
        { "title of an image", "SEEN ![x](https://a.test/x.png \"HIDDEN\")" },
        { "reference definition", "SEEN\n\n[x]: https://a.test \"HIDDEN\"" },
        { "reference definition in use", "[SEEN][x]\n\n[x]: https://a.test \"HIDDEN\"" },
        { "label of a reference", "[SEEN][HIDDEN words, enough of them for a sentence]\n\n[HIDDEN words, enough of them for a sentence]: https://a.test" },
        { "definition as a comment", "SEEN\n\n[//]: # (HIDDEN)" },
        { "definition that comes twice", "[SEEN][x]\n\n[x]: https://a.test\n[x]: https://b.test 'HIDDEN'" },
        { "unreferenced footnote", "SEEN\n\n[^1]: HIDDEN\n    HIDDEN" },
        { "alt attribute", "SEEN <img src=\"https://a.test/x.png\" alt=\"HIDDEN words, enough of them that nobody would call this the name of a picture, or anything but instructions\">" },
        { "title attribute", "<span title=\"HIDDEN\">SEEN</span>" },
        { "aria-label", "<b aria-label='HIDDEN'>SEEN</b>" },
        { "aria-description", "<b aria-description='HIDDEN'>SEEN</b>" },
        { "data attribute", "<div data-note=\"HIDDEN\">\nSEEN\n</div>" },
        { "srcset", "SEEN <picture><source srcset=\"https://a.test/HIDDEN.png 2x\"></picture>" },
        { "name", "<a name=\"HIDDEN\"></a>SEEN" },
        { "value of an input", "SEEN <input type=hidden value=\"HIDDEN\">" },
        { "hidden element", "SEEN <span hidden>HIDDEN</span> SEEN" },
        { "hidden element over blocks", "SEEN\n\n<div style=\"display:none\">\n\nHIDDEN\n\n</div>\n\nSEEN" },
        { "element without a size", "SEEN <span style='font-size:0'>HIDDEN</span> SEEN" },
        { "script", "SEEN\n\n<script>\nHIDDEN\n</script>\n\nSEEN" },
        { "unknown tags", "SEEN <HIDDEN> SEEN" },
        { "tag never closed", "SEEN\n\n<div title=\"HIDDEN\n\nHIDDEN" },
        { "processing instruction", "SEEN <?HIDDEN?> SEEN" },
        { "CDATA", "SEEN <![CDATA[HIDDEN]]> SEEN" },
        { "doctype", "SEEN <!DOCTYPE HIDDEN> SEEN" },
        { "phantom formula", "SEEN $x \\phantom{\\text{HIDDEN {HIDDEN}}} y$" },
        { "white formula", "SEEN $x \\textcolor{white}{HIDDEN}$" },
        { "comment in a formula", "SEEN\n\n$$\nx % HIDDEN\n$$" },
        { "words after a code fence", "```js HIDDEN\nSEEN\n```" },
        { "cell without a column", "| a | SEEN |\n| - | - |\n| 1 | 2 | HIDDEN |" },
    };

    public static TheoryData<string, string> InvisibleCharacters => new()
    {
        { "tags", Shifted("HIDDEN", 0xE0000) },
        { "bidirectional controls", "\u202e\u202d\u2066\u2069" },
        { "variation selectors", "\ufe00\ufe0e\ufe0f" },
        { "more variation selectors", Shifted("HIDDEN", 0xE0100) },
        { "invisible operators", "\u2060\u2061\u2062\u2063\u2064" },
        { "zero width", "\u200b\u200c\u200d\ufeff" },
        { "hangul fillers", "\u3164\u115f\u1160\uffa0" },
        { "braille blank", "\u2800" },
        { "mongolian vowel separator", "\u180e" },
        { "direction marks", "\u200e\u200f\u061c" },
        { "soft hyphen", "\u00ad" },
        { "grapheme joiner", "\u034f" },
        { "private use", "\ue000\U000F0000" },
        { "unassigned", "\U0003FFFD" },
        { "as entities", "&#8203;&#x202e;&#917576;&zwj;" },
        { "as entities in an element", "\n\n<div>\n&#8203;&#x202e;\n</div>\n" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hidden_text_never_reaches_the_agent_and_is_reported(string way, string markdown)
    {
        var read = VisibleText.Read(markdown);

        read.Text.ShouldNotContain("HIDDEN", Case.Insensitive, way);
        read.Text.ShouldContain("SEEN");
        read.Removed.ShouldNotBeEmpty();
        VisibleText.Read(read.Text).Text.ShouldBe(read.Text);
    }

    [Theory]
    [MemberData(nameof(InvisibleCharacters))]
    public void Invisible_characters_never_reach_the_agent_and_are_reported(string way, string characters)
    {
        var read = VisibleText.Read($"SE{characters}EN");

        string.Concat(read.Text.Where(c => !char.IsWhiteSpace(c))).ShouldBe("SEEN", way);
        read.Removed.ShouldBe([HiddenContent.Characters]);
    }

    [Fact]
    public void A_title_is_shown_as_it_is_written_but_for_invisible_characters() =>
        VisibleText.Title("List<T> <!-- is -->\u200b `x`\U000E0041\n").ShouldBe("List<T> <!-- is --> `x`");

    private static string Shifted(string text, int by) => string.Concat(text.Select(c => char.ConvertFromUtf32(c + by)));
}
