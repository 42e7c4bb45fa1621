using System.Text.Encodings.Web;

namespace ClaudeBot.Playground.Claude;

internal static class HomePage
{
    public const string Disclaimer = "(This answer comes from the playground's script. No model was asked.)";

    public static string Html(Scriptwriter scriptwriter, ClaudeRequestLog log) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Playground Claude</title></head>
        <body>
        <h1>Playground Claude</h1>
        <p><strong>This is a script, not a model.</strong> It speaks the Messages API so that Claude Bot can be tried and tested
        without a key; every answer was written beforehand.</p>
        <h2>Scenarios</h2>
        <ol>{string.Concat(scriptwriter.Scenarios.Select(name => $"<li>{HtmlEncoder.Default.Encode(name)}</li>"))}</ol>
        <p>Requests so far: {log.All.Count}</p>
        </body>
        </html>
        """;
}
