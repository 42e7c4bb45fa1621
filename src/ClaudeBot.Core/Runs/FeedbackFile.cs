using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ClaudeBot.FollowUps;
using ClaudeBot.Ledger;

namespace ClaudeBot.Runs;

/// <summary>
/// <c>pr_feedback/pr_N_feedback.json</c>: what was said about a pull request and what came of it, for people and scripts;
/// the ledger is the truth. Where several repositories are served, the name begins with the repository's.
/// </summary>
public sealed class FeedbackFile(LedgerOptions ledger, RunOptions options)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the file anew: whole or not at all.</summary>
    public void Write(IssueReference pull, IReadOnlyList<StoredRemark> remarks)
    {
        var seen = remarks.Where(stored => stored.Outcome is not null).ToList();
        var content = new
        {
            PrNumber = pull.Number,
            Repository = pull.Repository.ToString(),
            LastProcessed = seen.Count == 0 ? null : Time(seen.Max(stored => stored.Remark.At)),
            InstructionsApplied = seen.Where(stored => stored.Outcome is "changed" or "pushed").Select(stored => stored.Remark.Detail.Text),
            Status = "completed",
            Remarks = seen.Select(stored => new
            {
                Id = stored.Remark.Key,
                Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(stored.Remark.Kind.ToString()),
                stored.Remark.Author,
                stored.Remark.Detail.Text,
                stored.Remark.Detail.Path,
                stored.Remark.Detail.Url,
                At = Time(stored.Remark.At),
                TaskId = stored.TaskId?.Value,
                stored.Outcome,
            }),
        };
        var folder = Path.Combine(ledger.DataDirectory, "pr_feedback");
        OwnerOnly.CreateDirectory(folder);
        var prefix = pull.Repository == options.MainRepository ? "" : $"{pull.Repository.Owner}--{pull.Repository.Name}--";
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}pr_{pull.Number}_feedback.json"));
        var draft = $"{file}.{Guid.NewGuid():N}.part";
        File.WriteAllText(draft, JsonSerializer.Serialize(content, Json) + "\n");
        OwnerOnly.Restrict(draft);
        File.Move(draft, file, overwrite: true);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
