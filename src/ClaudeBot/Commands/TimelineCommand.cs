using System.CommandLine;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;

namespace ClaudeBot.Commands;

/// <summary><c>timeline</c>: what happened, for a review after an incident.</summary>
internal sealed class TimelineCommand(GlobalOptions options, Surroundings surroundings)
{
    private const int MostDecisions = 1000;

    public Command Build()
    {
        var since = new Option<DateTimeOffset?>("--since") { Description = "From this time on, as 2026-01-31T08:00:00Z (UTC unless it says otherwise), or so long ago, as 90m, 2h, 1d. Needed unless --task is given.", HelpName = "T", CustomParser = result => Moment.Read(result, surroundings.Time) };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Up to this time, in the same forms; without it up to now.", HelpName = "T", CustomParser = result => Moment.Read(result, surroundings.Time) };
        var task = new Option<string?>("--task") { Description = "Only this task, with its deliveries, attempts and steps.", HelpName = "ID" };
        var limit = new Option<int?>("--limit") { Description = "At most so many, the oldest; without it all." };
        var timeline = new Command("timeline", "What happened, in order.\nExample: claude-bot timeline --since 2h --until 30m") { since, until, task, limit, options.Json };
        timeline.Validators.Add(result =>
        {
            if (result.GetResult(since) is null && result.GetResult(task) is null)
                result.AddError("Say from when on with --since, or of which task with --task.");
        });
        timeline.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var from = parsed.GetValue(since) ?? DateTimeOffset.MinValue;
            var found = parsed.GetValue(task) is { } id
                ? await OfTaskAsync(services, id, token)
                : await SinceAsync(services, from, token);
            var rows = found.Where(row => row.At >= from && row.At <= (parsed.GetValue(until) ?? DateTimeOffset.MaxValue)).ToList();
            var shown = rows.Take(parsed.GetValue(limit) ?? int.MaxValue).ToList();
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(shown);
            else
                Tables.Write(surroundings, ["Time", "Event", "By", "About", "Message"], shown.Select(row => new[] { row.At.ToString("u", CultureInfo.InvariantCulture), row.Kind, row.Actor, row.TaskId ?? row.Subject ?? "", row.Message }));
            if (shown.Count < rows.Count)
                surroundings.Error.WriteLine($"WARNING {rows.Count - shown.Count} later entries are left out; raise --limit, or start later with --since.");
            return ExitCode.Ok;
        }));
        return timeline;
    }

    /// <summary>The event log, and what was decided about each delivery, by time.</summary>
    private static async Task<IReadOnlyList<Row>> SinceAsync(IServiceProvider services, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var decisions = await services.GetRequiredService<IInbox>().DecisionsSinceAsync(from, int.MaxValue, cancellationToken);
        var events = await services.GetRequiredService<IEventLog>().SinceAsync(from, int.MaxValue, cancellationToken);
        // A stable order: what a delivery made comes after its decision.
        return [.. decisions.Select(Row.Of).Concat(events.Select(Row.Of)).OrderBy(row => row.At)];
    }

    /// <summary>Everything that the ledger knows of a task, by time.</summary>
    private static async Task<IReadOnlyList<Row>> OfTaskAsync(IServiceProvider services, string text, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(text, out var id))
            throw new CommandException(ExitCode.Usage, "That is not a task id; see 'claude-bot queue list'.");
        var task = await services.GetRequiredService<ITaskQueue>().FindAsync(id, cancellationToken);
        var events = await services.GetRequiredService<IEventLog>().OfTaskAsync(id, cancellationToken);
        if (task is null && events.Count == 0)
            throw new CommandException(ExitCode.Failed, $"The ledger knows nothing of {id}; see 'claude-bot queue list'.");

        var journal = services.GetRequiredService<IRunJournal>();
        var decisions = task?.Issue is { } issue ? await services.GetRequiredService<IInbox>().DecisionsForAsync(issue, MostDecisions, cancellationToken) : [];
        Row New(DateTimeOffset at, string kind, string message) => new(null, at, kind, "bot", id.Value, task?.Issue?.ToString(), message);
        IEnumerable<Row> rows =
        [
            .. decisions.Where(decision => decision.TaskId == id).Select(Row.Of),
            .. events.Select(Row.Of),
            .. (await journal.AttemptsAsync(id, cancellationToken)).SelectMany(attempt => Pair(
                attempt.BeganAt, attempt.EndedAt, at => New(at, "attempt.began", $"Attempt {attempt.Number} on {attempt.Worker}."), at => New(at, "attempt.ended", $"Attempt {attempt.Number}: {attempt.Ending}."))),
            .. (await journal.StepsAsync(id, cancellationToken)).SelectMany(step => Pair(
                step.BeganAt, step.EndedAt, at => New(at, "step.began", $"{step.Step}: {step.Intent}"), at => New(at, "step.ended", $"{step.Step}: {step.Result}"))),
        ];
        return [.. rows.OrderBy(row => row.At)];
    }

    private static IEnumerable<Row> Pair(DateTimeOffset began, DateTimeOffset? ended, Func<DateTimeOffset, Row> first, Func<DateTimeOffset, Row> second) =>
        ended is { } end ? [first(began), second(end)] : [first(began)];

    /// <summary>An entry as <c>--json</c> shows it; <paramref name="Sequence"/> only for entries of the event log.</summary>
    private sealed record Row(long? Sequence, DateTimeOffset At, string Kind, string Actor, string? TaskId, string? Subject, string Message)
    {
        public static Row Of(DecidedDelivery decided) => new(
            null, decided.DecidedAt, $"delivery.{decided.Outcome}", "bot", decided.TaskId?.Value, decided.Subject?.ToString(), $"{decided.Event} {decided.Id}, received {decided.ReceivedAt:u}: {decided.Reason}");

        public static Row Of(LedgerEvent entry) => new(entry.Sequence, entry.At, entry.Kind, entry.Actor, entry.TaskId?.Value, entry.Subject?.ToString(), entry.Message);
    }
}
