using System.Text.RegularExpressions;

namespace ClaudeBot.Conversation;

/// <summary>The comment that holds a plan which waits for approval. People may edit it: what stands between its marks then is the plan.</summary>
public static partial class PlanComment
{
    private const string Begin = "<!-- claude-bot:plan -->";
    private const string End = "<!-- claude-bot:plan-end -->";

    /// <param name="plan">The agent's words, made harmless already.</param>
    /// <param name="mention">How the bot is addressed.</param>
    /// <param name="whom">The login of whoever is to be told; null: nobody.</param>
    public static string Text(string plan, string mention, string? whom) =>
        $"""
        ### The plan

        {(whom is null ? "" : $"@{whom}: ")}I have not begun yet. Should it be done like this?

        {Begin}

        {plan.ReplaceLineEndings("\n").Trim()}

        {End}

        To go on, comment `@{mention} approve`, or edit this comment: I go on with the plan as you leave it. To have it another way, comment `@{mention}` and what is to be different. `@{mention} stop` ends it.
        """.ReplaceLineEndings("\n");

    /// <summary>The task whose plan the comment holds; null when it holds none.</summary>
    public static TaskId? TaskOf(string body) =>
        Head().Match(body) is { Success: true } match && body.Contains(Begin, StringComparison.Ordinal) && TaskId.TryParse(match.Groups[1].Value, out var id) ? id : null;

    /// <summary>What stands between the marks; all below the first of them when the second was taken away.</summary>
    public static string PlanOf(string body)
    {
        var start = body.IndexOf(Begin, StringComparison.Ordinal);
        start = start < 0 ? 0 : start + Begin.Length;
        var end = body.IndexOf(End, start, StringComparison.Ordinal);
        return body[start..(end < 0 ? body.Length : end)].Trim();
    }

    [GeneratedRegex(@"\A<!-- claude-bot:post ask:([A-Za-z0-9._-]+):\d+ -->")]
    private static partial Regex Head();
}
