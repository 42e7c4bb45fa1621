using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ClaudeBot.Sanitizing;

/// <summary>One reading of a text as GitHub's Markdown, which cuts out what is not shown: https://github.github.com/gfm/</summary>
internal sealed partial class MarkdownPass
{
    /// <summary>More links than that in one text take the parser long, and are no issue that a person wrote.</summary>
    private const int MostLinks = 6_000;

    private const int LongestAddress = 300;
    private const int LongestPlainLabel = 40;

    private static readonly MarkdownPipeline GitHubMarkdown = new MarkdownPipelineBuilder()
        .UsePreciseSourceLocation()
        .UsePipeTables()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseTaskLists()
        .UseAutoLinks()
        .UseFootnotes()
        .UseMathematics()
        .Build();

    private readonly string _source;
    private readonly ISet<string> _removed;
    private readonly List<Edit> _edits = [];
    private readonly List<HtmlTag> _tags = [];

    private MarkdownPass(string source, ISet<string> removed) => (_source, _removed) = (source, removed);

    /// <summary>Gives what is left; null when the markup is nested or repeated beyond what can be read.</summary>
    /// <param name="images">Takes the addresses of the images that are seen, in order.</param>
    public static string? Run(string source, ISet<string> removed, ICollection<string> images)
    {
        if (source.AsSpan().Count("](") > MostLinks || source.AsSpan().Count("][") > MostLinks)
            return null;

        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(source, GitHubMarkdown);
        }
        catch (ArgumentException)
        {
            // Markdig's limit of nesting.
            return null;
        }

        var pass = new MarkdownPass(source, removed);
        pass.Look(document);
        return Edit.Apply(source, pass._edits, images);
    }

    private void Look(MarkdownDocument document)
    {
        var nodes = document.Descendants().ToList();
        var used = nodes.OfType<LinkInline>().Select(link => link.Reference).OfType<LinkReferenceDefinition>().ToHashSet();
        foreach (var node in nodes)
        {
            switch (node)
            {
                case FootnoteLinkReferenceDefinition { Footnote: { } note } definition when note.Links.Count == 0:
                    Cut(definition.Span.Start, Math.Max(definition.Span.End, Math.Max(note.Span.End, note.LastChild?.Span.End ?? 0)) + 1, HiddenContent.Footnotes);
                    break;
                case FootnoteLinkReferenceDefinition:
                    break;
                case LinkReferenceDefinition definition:
                    Cut(definition.Span.Start, definition.Span.End + 1, string.IsNullOrEmpty(definition.Title) && used.Contains(definition) ? null : HiddenContent.Definitions);
                    break;
                case HtmlBlock block:
                    Look(block);
                    break;
                case HtmlInline html:
                    _tags.AddRange(HtmlTokens.In(_source, html.Span.Start, html.Span.End + 1));
                    break;
                case HtmlEntityInline entity when VisibleCharacters.AreHidden(entity.Transcoded.ToString()):
                    Cut(entity.Span.Start, entity.Span.End + 1, HiddenContent.Characters);
                    break;
                case LinkInline link:
                    Look(link);
                    break;
                case MathInline math:
                    CutMath(math.Span, isBlock: false);
                    break;
                case FencedCodeBlock fence:
                    Look(fence);
                    break;
                case Table table:
                    Look(table);
                    break;
            }
        }

        CutTags();
    }

    private void Look(HtmlBlock block)
    {
        var end = Math.Min(block.Span.End + 1, _source.Length);
        var tags = HtmlTokens.In(_source, block.Span.Start, end).ToList();
        _tags.AddRange(tags);
        foreach (Match entity in Entity().Matches(_source[block.Span.Start..end]))
        {
            if (VisibleCharacters.AreHidden(WebUtility.HtmlDecode(entity.Value)))
                Cut(block.Span.Start + entity.Index, block.Span.Start + entity.Index + entity.Length, HiddenContent.Characters);
        }
    }

    private void Look(LinkInline link)
    {
        if (link.IsAutoLink)
            return;

        var (start, end) = (link.Span.Start, link.Span.End + 1);
        if (link.IsImage)
        {
            // A picture is seen, its texts are not.
            Replace(start, end, "(image)", string.IsNullOrWhiteSpace(link.Title) && link.Span.Length - (link.Url?.Length ?? 0) < HtmlElements.LongestCaption ? null : HiddenContent.ImageTexts, link.Url);
            return;
        }

        if (!ShowsAnything(link))
        {
            Cut(start, end, HiddenContent.EmptyLinks);
            return;
        }

        var close = (link.LastChild?.Span.End ?? start) + 1;
        if (close >= end || _source[close] != ']' || _source[start] != '[')
        {
            Replace(start, end, "(link)", HiddenContent.LinkTitles);
            return;
        }

        var isLabelled = link.Label?.Length > LongestPlainLabel && !_source.AsSpan(start + 1, close - start - 1).Equals(link.Label, StringComparison.OrdinalIgnoreCase);
        var title = !string.IsNullOrWhiteSpace(link.Title) ? HiddenContent.LinkTitles : isLabelled ? HiddenContent.Labels : null;
        if (Address(link.Url) is { } address)
        {
            Replace(close, end, $"]({address})", title);
            return;
        }

        Cut(start, start + 1, title);
        Cut(close, end, HiddenContent.LinkTargets);
    }

    private void Look(FencedCodeBlock fence)
    {
        if (fence is MathBlock || string.Equals(fence.Info, "math", StringComparison.OrdinalIgnoreCase))
            CutMath(fence.Span, isBlock: true);
        if (fence is MathBlock)
            return;

        // Only the language matters to the page, and even that it does not show.
        var start = fence.Span.Start;
        while (start < _source.Length && _source[start] == ' ')
            start++;
        while (start < _source.Length && _source[start] == fence.FencedChar)
            start++;
        var lineEnd = _source.IndexOf('\n', start);
        lineEnd = lineEnd < 0 ? _source.Length : lineEnd;
        var language = fence.Info is { } info && Language().IsMatch(info) ? info : "";
        Replace(start, lineEnd, language, _source.AsSpan(start, lineEnd - start).Trim().SequenceEqual(language) ? null : HiddenContent.CodeInfo);
    }

    // GitHub drops the cells of a row that are more than its header has.
    private void Look(Table table)
    {
        var delimiters = DelimiterRow().Match(_source, table.Span.Start);
        if (!delimiters.Success)
            return;
        var columns = delimiters.Groups[1].ValueSpan.Trim("| \t").Count('|') + 1;
        foreach (var cell in table.OfType<TableRow>().SelectMany(row => row.OfType<TableCell>().Skip(columns)).Where(cell => !cell.Span.IsEmpty))
            Cut(cell.Span.Start, cell.Span.End + 1, HiddenContent.TableCells);
    }

    private void CutMath(SourceSpan span, bool isBlock)
    {
        foreach (var edit in MathMarkup.Hidden(_source, span.Start, Math.Min(span.End + 1, _source.Length), isBlock))
            Cut(edit.Start, edit.End, HiddenContent.Math);
    }

    private void CutTags()
    {
        _tags.Sort((left, right) => left.Start.CompareTo(right.Start));
        for (var i = 0; i < _tags.Count; i++)
        {
            var tag = _tags[i];
            var end = tag.HidesContent ? ElementEnd(i) : tag.End;
            var isImage = tag is { Name: "img", IsClosing: false, HidesContent: false };
            Replace(tag.Start, end, isImage ? "(image)" : tag.Breaks ? Edit.Blank : "", tag.Kind, isImage ? HtmlTokens.Source(_source[tag.Start..tag.End]) : null);
        }
    }

    // Where the element that a tag opens ends; the tag alone when it is never closed.
    private int ElementEnd(int opening)
    {
        var depth = 0;
        foreach (var tag in _tags.Skip(opening).Where(tag => tag.Name == _tags[opening].Name))
        {
            depth += tag.IsClosing ? -1 : 1;
            if (depth == 0)
                return tag.End;
        }

        return _tags[opening].End;
    }

    private static bool ShowsAnything(ContainerInline link) => link.Descendants().Any(inline => inline switch
    {
        LiteralInline literal => !string.IsNullOrWhiteSpace(literal.Content.ToString()),
        CodeInline code => code.Content.Length > 0,
        HtmlEntityInline entity => !string.IsNullOrWhiteSpace(entity.Transcoded.ToString()),
        LinkInline { IsImage: true } or AutolinkInline or MathInline or TaskList => true,
        HtmlInline html => html.Tag.StartsWith("<img", StringComparison.OrdinalIgnoreCase),
        _ => false,
    });

    // What a browser shows of a link when the mouse is over it; other things than addresses are a place to hide text in.
    private static string? Address(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > LongestAddress || VisibleCharacters.AreHidden(url) || url.Any(char.IsControl))
            return url is "" ? "" : null;
        var scheme = Scheme().Match(url);
        return scheme.Success && scheme.Value.ToLowerInvariant() is not ("http:" or "https:" or "mailto:")
            ? null
            : url.Replace(" ", "%20", StringComparison.Ordinal).Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)
                .Replace("<", "%3C", StringComparison.Ordinal).Replace(">", "%3E", StringComparison.Ordinal).Replace("\\", "%5C", StringComparison.Ordinal);
    }

    private void Cut(int start, int end, string? kind) => Replace(start, end, "", kind);

    private void Replace(int start, int end, string replacement, string? kind, string? image = null)
    {
        if (start < 0 || end > _source.Length || end <= start || _source.AsSpan(start, end - start).SequenceEqual(replacement))
            return;
        _edits.Add(new Edit(start, end, replacement) { Image = image });
        if (kind is not null)
            _removed.Add(kind);
    }

    [GeneratedRegex(@"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")]
    private static partial Regex Entity();

    [GeneratedRegex(@"\G[^\n]*\n[ \t>]*([|: \t-]+)(?:\n|\z)")]
    private static partial Regex DelimiterRow();

    [GeneratedRegex(@"\A[\w+#.-]{1,30}\z")]
    private static partial Regex Language();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Scheme();
}
