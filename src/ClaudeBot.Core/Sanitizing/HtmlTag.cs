using System.Net;
using System.Text.RegularExpressions;

namespace ClaudeBot.Sanitizing;

/// <summary>A piece of HTML that shows nothing itself.</summary>
/// <param name="Start">In characters of the source.</param>
/// <param name="Name">The element, in lower case; empty for comments and declarations.</param>
/// <param name="Kind">What is hidden in it; null when nothing is.</param>
internal sealed record HtmlTag(int Start, int Length, string Name, bool IsClosing, string? Kind, bool HidesContent)
{
    public int End => Start + Length;

    /// <summary>True when text before and after it does not stand on one line.</summary>
    public bool Breaks => HtmlElements.Breaking.Contains(Name);
}

/// <summary>Finds tags, comments and declarations in raw HTML, as HTML's tokenizer does: https://html.spec.whatwg.org/multipage/parsing.html#tokenization</summary>
internal static partial class HtmlTokens
{
    /// <param name="source">The whole text.</param>
    /// <param name="start">Where the HTML begins.</param>
    /// <param name="end">Where it ends; an open comment or tag swallows the rest of the page with it.</param>
    public static IEnumerable<HtmlTag> In(string source, int start, int end)
    {
        for (var at = source.IndexOf('<', start, end - start); at >= 0 && at < end; at = at < end ? source.IndexOf('<', at, end - at) : -1)
        {
            if (At(source, at, end) is { } tag)
            {
                yield return tag;
                at = tag.End;
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>The address in a tag's <c>src</c>; null when it has none.</summary>
    public static string? Source(string tag) =>
        SourceAttribute().Match(tag) is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups[1].Value + found.Groups[2].Value + found.Groups[3].Value).Trim()
            : null;

    private static HtmlTag? At(string source, int at, int end)
    {
        var rest = source.AsSpan(at, end - at);
        if (rest.StartsWith("<!--"))
            return Until(source, at, end, "-->", 2, HiddenContent.Comments);
        if (rest.StartsWith("<![CDATA["))
            return Until(source, at, end, "]]>", 9, HiddenContent.Declarations);
        if (rest.StartsWith("<?"))
            return Until(source, at, end, "?>", 2, HiddenContent.Declarations);
        if (rest.Length > 2 && rest[1] == '!' && char.IsAsciiLetter(rest[2]))
            return Until(source, at, end, ">", 2, HiddenContent.Declarations);
        if (rest.Length < 2 || !(char.IsAsciiLetter(rest[1]) || (rest[1] == '/' && rest.Length > 2 && char.IsAsciiLetter(rest[2]))))
            return null;

        var close = CloseOf(source, at, end);
        var text = close < 0 ? source[at..] : source[at..(close + 1)];
        return Tag(at, text);
    }

    private static HtmlTag Until(string source, int at, int end, string mark, int from, string kind)
    {
        var found = source.IndexOf(mark, Math.Min(at + from, end), end - Math.Min(at + from, end), StringComparison.Ordinal);
        return new HtmlTag(at, (found < 0 ? source.Length : found + mark.Length) - at, "", IsClosing: false, kind, HidesContent: false);
    }

    private static int CloseOf(string source, int at, int end)
    {
        var quote = '\0';
        for (var i = at; i < end; i++)
        {
            var c = source[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'' && source[i - 1] is '=' or ' ' or '\n' or '\t')
                quote = c;
            else if (c == '>')
                return i;
        }

        return -1;
    }

    private static HtmlTag Tag(int at, string text)
    {
        var isClosing = text[1] == '/';
        var name = NamePattern().Match(text, isClosing ? 2 : 1).Value.ToLowerInvariant();
        var attributes = text[((isClosing ? 2 : 1) + name.Length)..];
        string? kind = null;
        if (!HtmlElements.Known.Contains(name))
            kind = HiddenContent.UnknownTags;
        else if (AttributePattern().Matches(attributes).Any(attribute => !HtmlElements.IsPlain(attribute.Groups[1].Value, attribute.Length)))
            kind = HiddenContent.Attributes;
        var hides = !isClosing && !attributes.TrimEnd('>').EndsWith('/') && (HtmlElements.Silent.Contains(name) || HidingAttribute().IsMatch(WebUtility.HtmlDecode(attributes)));
        return new HtmlTag(at, text.Length, name, isClosing, hides ? HiddenContent.HiddenElements : kind, hides);
    }

    [GeneratedRegex(@"\G[A-Za-z][^\s/>]*")]
    private static partial Regex NamePattern();

    [GeneratedRegex("""([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")]
    private static partial Regex AttributePattern();

    [GeneratedRegex("""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""", RegexOptions.IgnoreCase)]
    private static partial Regex SourceAttribute();

    [GeneratedRegex("""(?:^|\s)(?:hidden(?=[\s=/>]|$)|(?:width|height)\s*=\s*["']?0(?:px)?\b|style\s*=[^>]*?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|(?:width|height)\s*:\s*0|color\s*:\s*(?:transparent|white|#fff\b|#ffffff)))""", RegexOptions.IgnoreCase)]
    private static partial Regex HidingAttribute();
}

/// <summary>What HTML's elements do to a reader.</summary>
internal static class HtmlElements
{
    /// <summary>Their content is never text.</summary>
    public static readonly HashSet<string> Silent = ["script", "style", "template"];

    public static readonly HashSet<string> Breaking =
    [
        "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ];

    public static readonly HashSet<string> Known =
    [
        .. Breaking, .. Silent, "a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "body", "button", "canvas", "cite", "code", "col", "colgroup", "data", "del", "dfn", "em",
        "font", "head", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "meta", "meter", "noscript", "object", "output", "picture",
        "progress", "q", "rp", "rt", "ruby", "s", "samp", "select", "small", "source", "span", "strike", "strong", "sub", "sup", "svg", "textarea", "time", "title", "tt", "u",
        "var", "video", "wbr",
    ];

    /// <summary>Below this many characters the text of a picture is a name, as GitHub itself gives to what is pasted.</summary>
    public const int LongestCaption = 80;

    /// <summary>Attributes that only say how or where, in a few fixed words.</summary>
    public static readonly HashSet<string> PlainAttributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "align", "bgcolor", "border", "cellpadding", "cellspacing", "checked", "color", "cols", "colspan", "dir", "disabled", "height", "href", "lang", "nowrap", "open", "rel",
        "reversed", "rows", "rowspan", "size", "src", "start", "target", "type", "valign", "width",
    };

    public static bool IsPlain(string attribute, int length) =>
        PlainAttributes.Contains(attribute) || (length < LongestCaption && attribute.Equals("alt", StringComparison.OrdinalIgnoreCase));
}
