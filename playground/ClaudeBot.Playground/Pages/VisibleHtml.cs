using System.Net;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ClaudeBot.Playground.Pages;

/// <summary>
/// Shows the HTML in a text as GitHub would where it is harmless: comments are hidden, <c>&lt;sub&gt;</c> is small.
/// Everything else appears as the text that it is, so nothing that somebody wrote can act.
/// </summary>
internal sealed class VisibleHtml : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        renderer.ObjectRenderers.Replace<HtmlBlockRenderer>(new Block());
        renderer.ObjectRenderers.Replace<Markdig.Renderers.Html.Inlines.HtmlInlineRenderer>(new Inline());
    }

    private static bool IsComment(string html) => html.StartsWith("<!--", StringComparison.Ordinal) && html.EndsWith("-->", StringComparison.Ordinal);

    private sealed class Block : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock obj)
        {
            var html = obj.Lines.ToString().Trim();
            if (!IsComment(html))
                renderer.Write("<p>").Write(WebUtility.HtmlEncode(html)).WriteLine("</p>");
        }
    }

    private sealed class Inline : HtmlObjectRenderer<HtmlInline>
    {
        protected override void Write(HtmlRenderer renderer, HtmlInline obj)
        {
            if (obj.Tag is "<sub>" or "</sub>")
                renderer.Write(obj.Tag);
            else if (!IsComment(obj.Tag))
                renderer.Write(WebUtility.HtmlEncode(obj.Tag));
        }
    }
}
