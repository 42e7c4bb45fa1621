using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>Tasks for the status web to show.</summary>
internal static class StatusTasks
{
    public static async Task<QueuedTask> AddAsync(LedgerUnderTest ledger, int issue, string title)
    {
        var result = await ledger.Queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Issue, Repository = RepositoryName.Parse("acme/shop"), IssueNumber = issue, Title = title, Description = title, RequestedBy = "ann", ObservedAt = ledger.Time.GetUtcNow() },
            TestContext.Current.CancellationToken);
        return result.ShouldBeOfType<EnqueueResult.Added>().Task;
    }
}
