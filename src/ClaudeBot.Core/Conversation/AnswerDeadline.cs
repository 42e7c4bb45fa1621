using System.Globalization;
using ClaudeBot.Queue;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>Cancels tasks whose question, or plan, nobody answered in time; one that somebody paused waits for them.</summary>
public sealed partial class AnswerDeadline(ITaskQueue queue, ConversationOptions options, TimeProvider time, ILogger<AnswerDeadline> logger) : BackgroundService
{
    private const int Page = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>One look at all tasks that wait for people.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var filter = new TaskFilter { States = [TaskState.NeedsInput], Limit = Page };
        while (true)
        {
            var page = await queue.ListAsync(filter, cancellationToken);
            foreach (var task in page.Where(task => task.Awaits != AwaitedInput.Pause && time.GetUtcNow() - task.UpdatedAt >= options.InputTimeout))
            {
                await queue.CancelAsync(task.Id, $"Nobody {(task.Awaits == AwaitedInput.Plan ? "approved the plan" : "answered the question")} within {Allowed}.", "bot", cancellationToken);
                Log.Expired(logger, task.Id);
            }

            if (page.Count < Page)
                return;
            filter = filter with { Before = page[^1].Id };
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.LookFailed(logger, e);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private string Allowed => options.InputTimeout.TotalDays >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{options.InputTimeout.TotalDays:0.#} days")
        : MarkdownText.Duration(options.InputTimeout);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} is cancelled: nobody answered in time")]
        public static partial void Expired(ILogger logger, TaskId taskId);

        [LoggerMessage(Level = LogLevel.Error, Message = "The tasks that wait for people could not be looked at; again soon")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
