using System.Globalization;
using System.Text.RegularExpressions;
using ClaudeBot.Conversation;

namespace ClaudeBot.Runs;

/// <summary>
/// Reads the agent's answers out of its last words, and says only what the host saw: that something was changed is
/// believed of a commit alone.
/// </summary>
public static partial class PointAnswers
{
    private const int LongestAnswer = 6_000;
    private const int LongestSummary = 3_000;

    /// <param name="followUp">Its points are answered, each once.</param>
    /// <param name="said">The last words of every round, oldest first; of two answers to a point the later counts.</param>
    /// <param name="sha">The commit that is pushed; null when nothing is.</param>
    /// <param name="files">The files that it changes.</param>
    /// <param name="isSound">False when checks fail, or the work was cut short: then nothing counts as settled.</param>
    public static IReadOnlyList<PointAnswer> Read(FollowUp followUp, IReadOnlyList<string> said, string? sha, IReadOnlyCollection<string> files, bool isSound)
    {
        var given = new Dictionary<int, (bool Changed, string Text)>();
        foreach (Match block in said.SelectMany(words => Block().Matches(words)))
            given[int.Parse(block.Groups["point"].Value, CultureInfo.InvariantCulture)] = (block.Groups["changed"].Value.Equals("yes", StringComparison.OrdinalIgnoreCase), block.Groups["text"].Value);

        var answers = new List<PointAnswer>();
        for (var number = 1; number <= followUp.Points.Count; number++)
        {
            var point = followUp.Points[number - 1];
            var (changed, words) = given.TryGetValue(number, out var answer) ? answer : (false, null);
            var text = words is null ? null : ForeignText.Neutralise(words.Trim(), LongestAnswer);
            var isChanged = changed && sha is not null;
            answers.Add(new PointAnswer(point.Seq, isChanged, isChanged && isSound && point.Remark.Detail.Path is { } path && files.Contains(path), Say(changed, text, sha, Summary(said))));
        }

        return answers;
    }

    /// <summary>The agent's words without the blocks.</summary>
    public static string WithoutBlocks(string words) => Block().Replace(words, "").Trim();

    private static string Say(bool changed, string? text, string? sha, string summary) => (changed, text, sha) switch
    {
        (true, { Length: > 0 }, not null) => $"Changed in {sha[..7]}: {text}",
        (true, _, not null) => $"Changed in {sha[..7]}.",
        (true, { Length: > 0 }, null) => $"Not changed, because nothing came of it that could be pushed. The agent says: {text}",
        (false, { Length: > 0 }, _) => $"Not changed, because {text}",
        (_, _, not null) => $"The agent did not say what it did about this. What was pushed is {sha[..7]}. {summary}".TrimEnd(),
        _ => $"Not changed, because the agent found nothing to change. {summary}".TrimEnd(),
    };

    private static string Summary(IReadOnlyList<string> said)
    {
        var words = ForeignText.Neutralise(WithoutBlocks(said.Count > 0 ? said[^1] : ""), LongestSummary);
        return words.Length == 0 ? "" : $"Its last words:\n\n{words}";
    }

    [GeneratedRegex("""<answer\s+point\s*=\s*["']?(?<point>\d{1,4})["']?\s+changed\s*=\s*["']?(?<changed>yes|no)["']?\s*>(?<text>.*?)</answer\s*>""", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Block();
}
