using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Tasks;

/// <summary>The last tasks of each bot, as told in its report.</summary>
public sealed class ReportedTasks(BotReports reports, StatusWebOptions options) : ITaskSource
{
    public bool IsLedger => false;

    public Task<TaskPageRecord> ListAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(filter.Limit, 1, LedgerTasks.LongestPage);
        var words = (filter.Search ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimStart('#')).ToArray();
        var all = Known()
            .Select(task => task.Task)
            .Where(task => filter.States.Count == 0 || filter.States.Contains(task.State))
            .Where(task => filter.Repository is not { } name || string.Equals(task.Repository, name.ToString(), StringComparison.OrdinalIgnoreCase))
            .Where(task => words.All(word => $"{task.Id} {task.Repository} {task.Title} {task.RequestedBy}".Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(task => task.CreatedAt).ThenByDescending(task => task.Id, StringComparer.Ordinal)
            .ToList();
        var first = filter.Before is { } before ? all.FindIndex(task => task.Id == before.Value) + 1 : 0;
        var page = all.Skip(first).Take(limit).ToList();
        return Task.FromResult(new TaskPageRecord(page, page.Count, first + page.Count < all.Count ? page[^1].Id : null, Complete: false));
    }

    public Task<TaskDetails?> FindAsync(TaskId id, CancellationToken cancellationToken) =>
        Task.FromResult(Known().FirstOrDefault(task => task.Task.Id == id.Value));

    public Task<IReadOnlyList<TaskRecord>> WaitingAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TaskRecord>>(
        [
            .. Known().Select(task => task.Task).Where(task => task.State == TaskState.Waiting).OrderByDescending(task => task.Priority).ThenBy(task => task.CreatedAt).Take(limit),
        ]);

    public Task<IReadOnlyList<SecurityEvent>> SecurityEventsAsync(long? before, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SecurityEvent>>(
        [
            .. reports.All().SelectMany(bot => bot.Details?.SecurityEvents ?? []).Where(entry => before is not { } sequence || entry.Sequence < sequence).OrderByDescending(entry => entry.At).Take(limit),
        ]);

    public Task<IReadOnlyList<string>> RepositoriesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. Known().Select(task => task.Task.Repository).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)]);

    public Task<QueueView> QueueAsync(CancellationToken cancellationToken)
    {
        BotReport[] fresh = [.. reports.All().Where(bot => !bot.IsOffline)];
        return Task.FromResult(new QueueView(
            fresh.Sum(bot => bot.Number("queued_tasks")),
            fresh.Min(bot => bot.OldestWaitingAt),
            [.. fresh.Where(bot => bot.Text("paused_reason").Length > 0).Select(bot => $"{bot.Id} is {bot.Text("paused_reason")}")]));
    }

    public Task<WorkHistory> HistoryAsync(CancellationToken cancellationToken)
    {
        BotDetails[] told = [.. reports.All().Select(bot => bot.Details).OfType<BotDetails>()];
        return Task.FromResult(WorkHistory.Of(told.SelectMany(bot => bot.History.Hours), told.SelectMany(bot => bot.History.Days)));
    }

    private IEnumerable<TaskDetails> Known() =>
        from bot in reports.All()
        from task in bot.Details?.Tasks ?? []
        where TaskId.TryParse(task.Task.Id, out _)
        select task with { Task = task.Task.OnServer(options.GitHubServer) };
}
