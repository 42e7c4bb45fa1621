using System.Globalization;
using System.Text;
using ClaudeBot.Queue;

namespace ClaudeBot.FollowUps;

/// <summary>The task that sees to a batch of remarks.</summary>
internal static class FollowUpTask
{
    private const int LongestDescription = 60_000;

    /// <param name="origin">The task that led to the pull request.</param>
    /// <param name="batch">At least one.</param>
    public static NewTask For(QueuedTask origin, IReadOnlyList<StoredRemark> batch)
    {
        var pull = batch[0].Remark.Pull;
        var asker = batch.Select(stored => stored.Remark).LastOrDefault(remark => remark.AuthorId is not null);
        return new NewTask
        {
            Kind = TaskKind.PrFeedback,
            Repository = pull.Repository,
            IssueNumber = pull.Number,
            Title = Title(pull.Number, batch),
            Description = Describe(batch),
            Priority = origin.Priority,
            RequestedBy = asker?.Author ?? origin.RequestedBy,
            RequestedById = asker is null ? origin.RequestedById : asker.AuthorId,
            // The remarks themselves speak for it: no earlier end has dealt with them.
            ObservedAt = DateTimeOffset.MaxValue,
        };
    }

    private static string Title(int number, IReadOnlyList<StoredRemark> batch)
    {
        var kinds = batch.Select(stored => stored.Remark.Kind).ToHashSet();
        var what = kinds switch
        {
            _ when kinds.All(kind => kind is RemarkKind.Conflict) => "Merge the base branch into",
            _ when kinds.All(kind => kind is RemarkKind.Conflict or RemarkKind.Check) => "Repair the checks of",
            _ => "Address the review of",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{what} #{number}");
    }

    private static string Describe(IReadOnlyList<StoredRemark> batch)
    {
        var text = new StringBuilder();
        foreach (var remark in batch.Select(stored => stored.Remark))
        {
            var place = remark.Detail is { Path: { } path } ? $" on {path}{(remark.Detail.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $":{line}") : "")}" : "";
            var who = remark.Author is { } author ? $"@{author}" : remark.Kind switch
            {
                RemarkKind.Conflict => "Base branch",
                _ => "Check",
            };
            text.Append(who).Append(place).Append(": ").Append(remark.Detail.Text).Append("\n\n");
        }

        var all = text.ToString().TrimEnd();
        return all.Length <= LongestDescription ? all : all[..LongestDescription];
    }
}
