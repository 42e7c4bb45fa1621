using System.Globalization;
using System.Text;
using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Runs;

/// <summary>Says what came of a follow-up: a reply in each thread, one comment for the rest, and reads back that it stands there.</summary>
public sealed partial class FollowUpAnswers(
    GitHubClient gitHub, ReviewReplies replies, ReviewAnswers given, Publication publication, IRemarks remarks, FeedbackFile file, ILogger<FollowUpAnswers> logger)
{
    private const int LongestQuote = 300;

    /// <exception cref="StaleLeaseException"/>
    /// <exception cref="GitHubException"/>
    public async Task<RunEnd> GiveAsync(Run run, FollowUpReport report, CancellationToken cancellationToken)
    {
        run.Board.Enter(RunPhase.Publish);
        var followUp = run.FollowUp!;
        var pull = followUp.Pull.Reference;
        var answers = report.Answers.ToDictionary(answer => answer.Seq);
        var inThreads = followUp.Points.Where(point => point.Remark.Kind == RemarkKind.ReviewComment).ToList();
        var others = followUp.Points.Except(inThreads).ToList();
        var closed = new List<StoredRemark>();
        foreach (var point in inThreads)
        {
            if (!await TryReplyAsync(run, pull, point, answers[point.Seq].Text, cancellationToken))
                closed.Add(point);
        }

        if (others.Count + closed.Count > 0)
            await given.CommentAsync(run, pull, Text(others, closed, answers), cancellationToken);
        var answered = inThreads.Except(closed).ToList();
        await ResolveAsync(run, pull, [.. answered.Where(point => answers[point.Seq].Resolves).Select(Thread)], cancellationToken);

        var (link, fault) = await ReadBackAsync(run, report, [.. answered.Select(Id)], cancellationToken);
        await SettleAsync(run, report, cancellationToken);
        var told = Told(followUp, report, closed.Count);
        return fault is null
            ? new RunEnd.Over(TaskState.Succeeded, told, link)
            : new RunEnd.Over(TaskState.Failed, $"{fault} {told}", link);
    }

    private static long Id(StoredRemark point) => long.Parse(point.Remark.Key, CultureInfo.InvariantCulture);

    private static long Thread(StoredRemark point) => point.Remark.Detail.Thread ?? Id(point);

    /// <summary>False when the thread takes no reply: its comment was deleted, or its conversation locked.</summary>
    private async Task<bool> TryReplyAsync(Run run, IssueReference pull, StoredRemark point, string text, CancellationToken cancellationToken)
    {
        if (await given.ReplyAsync(run, pull, Id(point), Thread(point), text, cancellationToken) is not { } refusal)
            return true;
        Log.NotReplied(logger, Id(point), pull, refusal);
        return false;
    }

    /// <param name="closed">Points whose threads take no reply. Their words are not told again: somebody may have taken them away.</param>
    private static string Text(List<StoredRemark> points, List<StoredRemark> closed, Dictionary<long, PointAnswer> answers)
    {
        var text = new StringBuilder();
        foreach (var point in points)
        {
            var quote = ForeignText.NeutraliseLine(point.Remark.Detail.Text, LongestQuote);
            text.Append("> ").Append(quote).Append("\n\n").Append(answers[point.Seq].Text).Append("\n\n");
        }

        foreach (var point in closed)
        {
            var place = point.Remark.Detail.Path is { } path ? $" on {MarkdownText.Code(ForeignText.NeutraliseLine(path, LongestQuote))}" : "";
            text.Append("To a remark").Append(place).Append(", whose thread takes no reply:\n\n").Append(answers[point.Seq].Text).Append("\n\n");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>A thread that cannot be resolved is answered all the same: a person can press the button.</summary>
    private async Task ResolveAsync(Run run, IssueReference pull, IReadOnlyList<long> settled, CancellationToken cancellationToken)
    {
        if (settled.Count == 0)
            return;
        try
        {
            var known = await run.Steps.ReadAsync(token => gitHub.ListReviewThreadsAsync(pull, token), cancellationToken);
            foreach (var id in settled.Distinct().Where(id => known.TryGetValue(id, out var thread) && !thread.IsResolved))
            {
                await run.Steps.OnceAsync(
                    RunStep.Resolve(id),
                    new { thread = known[id].NodeId },
                    lookFirst: false,
                    async token => (await gitHub.ListReviewThreadsAsync(pull, token)).TryGetValue(id, out var thread) && thread.IsResolved ? new Written(id) : null,
                    async token =>
                    {
                        await gitHub.ResolveReviewThreadAsync(pull.Repository, known[id], token);
                        return new Written(id);
                    },
                    cancellationToken);
            }
        }
        catch (GitHubException fault) when (ReviewAnswers.IsRefusal(fault))
        {
            Log.NotResolved(logger, pull, fault.Message);
        }
    }

    private async Task<(PullRequestLink Link, string? Fault)> ReadBackAsync(Run run, FollowUpReport report, IReadOnlyCollection<long> answered, CancellationToken cancellationToken)
    {
        var (pull, fault) = (run.FollowUp!.Pull, report.Fault);
        if (report.Change is { } change)
        {
            (pull, var broken) = await publication.ReadBackAsync(run, pull.Reference, change, cancellationToken);
            fault ??= broken is null ? null : $"Pull request #{pull.Reference.Number} is not as it should be: {broken}.";
        }

        if (answered.Count > 0)
        {
            var there = await run.Steps.ReadAsync(token => replies.AnsweredAsync(pull.Reference, answered, token), cancellationToken);
            if (!answered.All(there.Contains))
                fault ??= "GitHub does not show every answer.";
        }

        return (Publication.Link(pull, report.Change?.HeadSha), fault);
    }

    private async Task SettleAsync(Run run, FollowUpReport report, CancellationToken cancellationToken)
    {
        var followUp = run.FollowUp!;
        var answers = report.Answers.ToDictionary(answer => answer.Seq);
        var outcomes = followUp.Batch.ToDictionary(stored => stored.Seq, stored => answers.TryGetValue(stored.Seq, out var answer)
            ? answer.Changed ? "changed" : "answered"
            : report.Change is null ? "unchanged" : "pushed");
        await remarks.SettleAsync(outcomes, cancellationToken);
        file.Write(followUp.Pull.Reference, await remarks.OfPullAsync(followUp.Pull.Reference, cancellationToken));
    }

    /// <param name="closed">How many answers went into no thread.</param>
    private static string Told(FollowUp followUp, FollowUpReport report, int closed)
    {
        var changed = report.Answers.Count(answer => answer.Changed);
        var points = (followUp.Points.Count, changed) switch
        {
            (0, _) => report.Summary,
            (1, 0) => "The remark was answered; nothing was changed for it.",
            (1, _) => "The remark was answered and something was changed for it.",
            (var all, 0) => $"All {all} remarks were answered; nothing was changed for them.",
            var (all, some) => $"All {all} remarks were answered; something was changed for {some} of them.",
        };
        if (closed > 0)
            points += string.Create(CultureInfo.InvariantCulture, $" The answer to {closed} of them could not be put into its thread, which is gone or closed; it is in a comment.");
        return report.Change is { } change ? $"{points} Pushed: {change.HeadSha[..7]}.{ReviewerNotes.HeldBackSentence(change)}" : points;
    }

    private sealed record Written(long Id);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The comment {CommentId} on the diff of {Pull} takes no reply; the answer goes into a comment: {Reason}")]
        public static partial void NotReplied(ILogger logger, long commentId, IssueReference pull, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Threads of {Pull} are answered and cannot be resolved: {Reason}")]
        public static partial void NotResolved(ILogger logger, IssueReference pull, string reason);
    }
}
