namespace ClaudeBot.Sanitizing;

/// <summary>The kinds of content that a page does not show, in words for a list.</summary>
internal static class HiddenContent
{
    public const string Characters = "invisible characters";
    public const string Comments = "HTML comments";
    public const string Declarations = "HTML declarations";
    public const string Attributes = "texts in HTML attributes";
    public const string UnknownTags = "unknown HTML tags";
    public const string HiddenElements = "hidden HTML elements";
    public const string LinkTitles = "link titles";
    public const string LinkTargets = "link targets that are no addresses";
    public const string Labels = "labels of link definitions";
    public const string EmptyLinks = "links without a text";
    public const string ImageTexts = "texts of images";
    public const string Definitions = "link definitions";
    public const string Footnotes = "footnotes that nothing refers to";
    public const string CodeInfo = "words after a code fence";
    public const string Math = "invisible formulas";
    public const string TableCells = "table cells without a column";
    public const string Length = "text beyond the longest issue that GitHub takes";
    public const string Tangle = "markup too tangled to tell what it shows";
}
