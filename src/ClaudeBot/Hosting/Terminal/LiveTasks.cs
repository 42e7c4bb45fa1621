using System.Globalization;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ClaudeBot.Hosting.Terminal;

/// <summary>Shows a person at the terminal what runs now: a table below the log lines, once a second.</summary>
internal sealed class LiveTasks(IAnsiConsole console, ITaskQueue queue, IRunJournal journal, TimeProvider time) : BackgroundService
{
    private const int LongestTitle = 48;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>What the table shows of the ledger as it is now.</summary>
    public async Task<IRenderable> LookAsync(CancellationToken cancellationToken)
    {
        var running = await queue.ListAsync(new TaskFilter { States = [TaskState.Running], Limit = 20 }, cancellationToken);
        var waiting = (await queue.CountAsync(cancellationToken)).ByState.GetValueOrDefault(TaskState.Waiting);
        if (running.Count == 0)
            return new Text($"Nothing runs; {waiting} tasks wait.", new Style(decoration: Decoration.Dim));
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Task", "Title", "Step", "Elapsed", "Cost");
        foreach (var task in running.Reverse())
        {
            var step = Step((await journal.StepsAsync(task.Id, cancellationToken)).MaxBy(step => step.BeganAt)?.Step);
            var elapsed = time.GetUtcNow() - (task.StartedAt ?? time.GetUtcNow());
            table.AddRow(
                new Text(task.Id.Value),
                new Text(Short(LogText.OneLine(task.Title))),
                new Text(step),
                new Text(elapsed.ToString(elapsed.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture)),
                new Text(string.Create(CultureInfo.InvariantCulture, $"${task.CostUsd:0.00}")));
        }

        return table.Caption($"{waiting} tasks wait");
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Interval, time);
            try
            {
                do
                {
                    live.UpdateTarget(await LookOrSayWhyNotAsync(stoppingToken));
                }
                while (await timer.WaitForNextTickAsync(stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
        });

    private async Task<IRenderable> LookOrSayWhyNotAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await LookAsync(stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            return new Text(LogText.OneLine($"The ledger cannot be read: {error.Message}"), new Style(Color.Red));
        }
    }

    private static string Step(string? step) => step switch
    {
        null => "starting",
        RunStep.Announce => "preparing",
        RunStep.Comment or RunStep.Progress => "agent at work",
        RunStep.Push or RunStep.Moved => "pushing",
        RunStep.PullRequest or RunStep.Describe => "pull request",
        RunStep.Close => "closing",
        _ => step,
    };

    private static string Short(string title) => title.Length <= LongestTitle ? title : title[..(LongestTitle - 1)] + "…";
}
