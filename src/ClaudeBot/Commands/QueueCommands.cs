using System.CommandLine;
using System.Globalization;
using ClaudeBot.Configuration;
using ClaudeBot.Queue;

namespace ClaudeBot.Commands;

/// <summary><c>queue list|show|add|cancel|retry|pause|resume</c>: straight on the ledger, beside a running bot.</summary>
internal sealed class QueueCommands(GlobalOptions options, Surroundings surroundings)
{
    private const string Operator = "operator";
    private readonly Argument<string> _id = new("ID") { Description = "The task's id, as 'queue list' shows it." };

    public Command Build()
    {
        var queue = new Command("queue", "The task queue: look, add, cancel, retry, pause, check.");
        queue.Subcommands.Add(List());
        queue.Subcommands.Add(Show());
        queue.Subcommands.Add(Add());
        queue.Subcommands.Add(Change("cancel", "Cancel a task, also a running one.\nExample: claude-bot queue cancel acme--shop--issue-42-k3x9qd", (tasks, id, token) => tasks.CancelAsync(id, "cancelled by the operator", "operator", token), "it is not active"));
        queue.Subcommands.Add(Change("retry", "Put a task that ended back in the queue.\nExample: claude-bot queue retry acme--shop--issue-42-k3x9qd", (tasks, id, token) => tasks.RetryAsync(id, "retried by the operator", token), "it has not ended, or its issue has another active task"));
        queue.Subcommands.Add(Pause());
        queue.Subcommands.Add(Simple("resume", "Start tasks again.\nExample: claude-bot queue resume", async (tasks, token) =>
        {
            await tasks.ResumeAsync(Operator, token);
            surroundings.Out.WriteLine("The queue runs.");
        }));
        return queue;
    }

    private Command Pause()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks later.", DefaultValueFactory = _ => "paused by the operator" };
        var pause = new Command("pause", "Start no more tasks until 'queue resume'; running ones go on.\nExample: claude-bot queue pause --reason \"key rotation\"") { reason };
        pause.SetAction((parsed, token) => WithQueue(parsed, async tasks =>
        {
            await tasks.PauseAsync(parsed.GetValue(reason)!, Operator, token);
            surroundings.Out.WriteLine("The queue is paused.");
            return ExitCode.Ok;
        }));
        return pause;
    }

    private Command List()
    {
        var state = new Option<TaskState[]>("--state") { Description = "Only tasks in these states.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        state.CustomParser = result =>
        {
            var words = Enum.GetValues<TaskState>().ToDictionary(JsonWord);
            foreach (var token in result.Tokens.Where(token => !words.ContainsKey(token.Value)))
                result.AddError($"'{token.Value}' is not one of {string.Join(", ", words.Keys)}.");
            return [.. result.Tokens.Select(token => words.GetValueOrDefault(token.Value))];
        };
        var limit = new Option<int>("--limit") { Description = "At most so many, newest first.", DefaultValueFactory = _ => 50 };
        var list = new Command("list", "List tasks, newest first.\nExample: claude-bot queue list --state waiting running --json") { state, limit, options.Json };
        list.SetAction((parsed, token) => WithQueue(parsed, async tasks =>
        {
            var found = await tasks.ListAsync(new TaskFilter { States = parsed.GetValue(state)!, Limit = parsed.GetValue(limit) }, token);
            var paused = await tasks.PausedAsync(token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { paused_reason = paused?.Reason, paused_by = paused?.By, paused_since = paused?.Since, tasks = found.Select(TaskView.Of) });
            else
                Tables.Write(surroundings, ["Id", "State", "Priority", "Attempts", "Title"], found.Select(task => new[] { task.Id.Value, JsonWord(task.State), JsonWord(task.Priority), task.Attempts.ToString(CultureInfo.InvariantCulture), task.Title }));
            if (paused is not null)
                surroundings.Error.WriteLine($"WARNING The queue is {paused}");
            return ExitCode.Ok;
        }));
        return list;
    }

    private Command Show()
    {
        var show = new Command("show", "Show one task: its state and why, its branch, pull request and cost.\nExample: claude-bot queue show acme--shop--issue-42-k3x9qd --json") { _id, options.Json };
        show.SetAction((parsed, token) => WithQueue(parsed, async tasks =>
        {
            var id = Id(parsed);
            var task = await tasks.FindAsync(id, token) ?? throw NotThere(id);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(TaskView.Of(task));
            else
                Tables.Write(surroundings, ["Field", "Value"], TaskView.Of(task).Rows());
            return ExitCode.Ok;
        }));
        return show;
    }

    private Command Add()
    {
        var repository = new Option<string?>("--repo") { Description = "owner/name; without it TARGET_REPO." };
        var title = new Option<string>("--title") { Description = "The task in one line.", Required = true };
        var description = new Option<string>("--description") { Description = "What is to be done.", Required = true };
        var priority = new Option<TaskPriority>("--priority") { Description = "What is worked on first.", DefaultValueFactory = _ => TaskPriority.Medium };
        var issue = new Option<int?>("--issue") { Description = "The issue's number." };
        var add = new Command("add", "Add a task.\nExample: claude-bot queue add --title \"Fix the build\" --description \"The build fails on main\"") { repository, title, description, priority, issue, options.Json };
        add.SetAction((parsed, token) => RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
        {
            var name = parsed.GetValue(repository) is { } text
                ? RepositoryName.TryParse(text, out var given) ? given : throw new CommandException(ExitCode.Usage, $"'{text}' is not of the form owner/name.")
                : services.GetRequiredService<BotConfiguration>().DefaultRepository ?? throw new CommandException(ExitCode.Usage, "Name the repository with --repo; TARGET_REPO is not set.");
            var result = await services.GetRequiredService<ITaskQueue>().EnqueueAsync(
                new NewTask
                {
                    Kind = TaskKind.Manual,
                    Repository = name,
                    IssueNumber = parsed.GetValue(issue),
                    Title = parsed.GetValue(title)!,
                    Description = parsed.GetValue(description)!,
                    Priority = parsed.GetValue(priority),
                    RequestedBy = Operator,
                    ObservedAt = surroundings.Time.GetUtcNow(),
                },
                token);
            var (word, task) = result switch
            {
                EnqueueResult.Added added => ("added", added.Task),
                EnqueueResult.AlreadyActive active => ("already_active", active.Task),
                EnqueueResult.Stale stale => ("stale", stale.Task),
                EnqueueResult.Full full => throw new CommandException(ExitCode.Failed, $"Nothing was added. {full.Reason} Wait, cancel some, or raise it."),
                _ => throw new InvalidOperationException(),
            };
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { result = word, task_id = task.Id.Value });
            else
                surroundings.Out.WriteLine($"{word.Replace('_', ' ')}: {task.Id}");
            return result is EnqueueResult.Added ? ExitCode.Ok : ExitCode.Failed;
        }));
        return add;
    }

    private Command Change(string verb, string meaning, Func<ITaskQueue, TaskId, CancellationToken, Task<bool>> change, string whyNot)
    {
        var command = new Command(verb, meaning) { _id };
        command.SetAction((parsed, token) => WithQueue(parsed, async tasks =>
        {
            var id = Id(parsed);
            if (!await change(tasks, id, token))
                throw await tasks.FindAsync(id, token) is null ? NotThere(id) : new CommandException(ExitCode.Failed, $"Nothing changed for {id}: {whyNot}.");
            surroundings.Out.WriteLine($"{verb}: {id}");
            return ExitCode.Ok;
        }));
        return command;
    }

    private Command Simple(string verb, string meaning, Func<ITaskQueue, CancellationToken, Task> work)
    {
        var command = new Command(verb, meaning);
        command.SetAction((parsed, token) => WithQueue(parsed, async tasks =>
        {
            await work(tasks, token);
            return ExitCode.Ok;
        }));
        return command;
    }

    private Task<int> WithQueue(ParseResult parsed, Func<ITaskQueue, Task<int>> work) =>
        RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, services => work(services.GetRequiredService<ITaskQueue>()));

    private TaskId Id(ParseResult parsed) =>
        TaskId.TryParse(parsed.GetValue(_id), out var id) ? id : throw new CommandException(ExitCode.Usage, "That is not a task id; see 'claude-bot queue list'.");

    private static CommandException NotThere(TaskId id) => new(ExitCode.Failed, $"There is no task {id}; see 'claude-bot queue list'.");

    private static string JsonWord<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
