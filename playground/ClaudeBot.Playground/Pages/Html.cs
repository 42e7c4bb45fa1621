using System.Net;
using System.Text;
using Markdig;

namespace ClaudeBot.Playground.Pages;

/// <summary>A piece of finished HTML. Text becomes HTML only by being encoded, so nothing else can reach a page.</summary>
internal sealed record Html(string Text)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().Use<VisibleHtml>().Build();

    public static Html Nothing { get; } = new("");

    public static implicit operator Html(string text) => Encode(text);

    public static Html Encode(string text) => new(WebUtility.HtmlEncode(text));

    /// <summary>An interpolated string whose holes are encoded, unless they are HTML already.</summary>
    public static Html Of(HtmlHandler handler) => handler.Finish();

    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    public static Html Markdown(string? text)
    {
        var document = Markdig.Markdown.Parse(text ?? "", Pipeline);
        Links.Tame(document);
        return new Html(document.ToHtml(Pipeline));
    }

    public override string ToString() => Text;
}

/// <summary>Builds <see cref="Html"/> from an interpolated string.</summary>
[System.Runtime.CompilerServices.InterpolatedStringHandler]
internal readonly struct HtmlHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder builder = new(literalLength + (formattedCount * 32));

    public void AppendLiteral(string text) => builder.Append(text);

    public void AppendFormatted(Html? html) => builder.Append(html?.Text);

    public void AppendFormatted(IEnumerable<Html> pieces) => builder.Append(Html.Join(pieces).Text);

    public void AppendFormatted(string? text) => builder.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(long number) => builder.Append(number);

    public Html Finish() => new(builder.ToString());
}
