using System.Globalization;
using System.Text.RegularExpressions;
using ClaudeBot.Queue;
using ClaudeBot.Sanitizing;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ClaudeBot.Triggers.Comments;

/// <summary>
/// Reads the command out of a comment. The bot is addressed by a line of ordinary text that begins with its name: what
/// stands in code, in a quotation or in a list, or is not shown on the page, is no order.
/// </summary>
/// <param name="mention">The name, without the sign before it.</param>
public sealed partial class CommandReader(string mention)
{
    /// <summary>The longest comment that GitHub takes is longer than what an agent needs to be told.</summary>
    private const int LongestText = 20_000;

    private const string FirstLine = "Comment:";

    private readonly Regex _addressed = new($@"\A[ ]{{0,3}}@{Regex.Escape(mention)}(?![\w-])[:,]?(?<rest>.*)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The first line that addresses the bot counts; null when none does.</summary>
    public Command? Read(string markdown)
    {
        // Most comments are not for the bot, and this is a cheap way to tell.
        if (!markdown.Contains('@' + mention, StringComparison.OrdinalIgnoreCase))
            return null;

        // The reading trims, and an indented first line is code: a line before it keeps it what it is.
        var text = VisibleText.Read($"{FirstLine}\n\n{markdown}").Text;
        text = text.StartsWith(FirstLine, StringComparison.Ordinal) ? text[FirstLine.Length..] : text;
        return FindLine(text) is var (rest, after) ? Read(rest, text[after..].Trim(), text.Trim()) : null;
    }

    private (string Words, int After)? FindLine(string text)
    {
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(text, GitHubLike);
        }
        catch (ArgumentException)
        {
            // Markdig's limit of nesting.
            return null;
        }

        foreach (var paragraph in document.OfType<ParagraphBlock>())
        {
            var code = paragraph.Inline?.Descendants<CodeInline>().Select(inline => inline.Span).ToList() ?? [];
            var start = paragraph.Span.Start;
            foreach (var line in text[start..Math.Min(paragraph.Span.End + 1, text.Length)].Split('\n'))
            {
                var end = start + line.Length;
                if (_addressed.Match(line.TrimEnd('\r')) is { Success: true } match && !code.Exists(span => span.Start < start && start <= span.End))
                    return (match.Groups["rest"].Value.Trim(), end);
                start = end + 1;
            }
        }

        return null;
    }

    private static Command Read(string rest, string after, string whole)
    {
        var words = Word().Matches(rest.ToLowerInvariant()).Select(match => match.Value).Where(word => word is not ("please" or "now")).ToArray();
        return words switch
        {
            [] when after.Length == 0 => new Command.Help(),
            ["stop"] or ["cancel"] => new Command.Stop(),
            ["retry"] => new Command.Retry(),
            ["status"] => new Command.Status(),
            ["plan"] => new Command.Plan(),
            ["approve"] or ["approved"] => new Command.Approve(after.Length > 0 ? Cut(after) : null),
            ["pause"] => new Command.Pause(),
            ["resume"] => new Command.Resume(),
            ["rebase"] => new Command.Rebase(),
            ["help"] => new Command.Help(),
            ["priority"] => new Command.Mistaken(Priorities),
            ["priority", var word] => TaskWords.TryParsePriority(word, out var priority) ? new Command.SetPriority(priority) : new Command.Mistaken(Priorities),
            ["budget"] or ["budget", _] or ["budget", _, "usd" or "dollars"] => Budget(words),
            _ => new Command.Instruction(Cut(whole)),
        };
    }

    private const string Priorities = "A priority is one of `urgent`, `high`, `medium` and `low`, as in `priority high`.";

    private static Command Budget(string[] words) =>
        words.Length > 1 && decimal.TryParse(words[1].TrimStart('$'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd) && usd is > 0 and <= 1_000_000
            ? new Command.SetBudget(usd)
            : new Command.Mistaken("A budget is a number of US dollars above zero, as in `budget 2.50`.");

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "\n(the rest is left out: it is too long)";

    private static readonly MarkdownPipeline GitHubLike = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UsePipeTables().UseAutoLinks().UseFootnotes().Build();

    // What ends a sentence is no part of a word, but a full stop within a number is.
    [GeneratedRegex(@"[^\s,;:!?.]+(?:\.[^\s,;:!?.]+)*")]
    private static partial Regex Word();
}
