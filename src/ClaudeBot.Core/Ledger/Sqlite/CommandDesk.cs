using System.Globalization;
using ClaudeBot.FollowUps;
using ClaudeBot.Queue;
using ClaudeBot.Triggers.Comments;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// Carries out a comment's command within the transaction that records its delivery: the change, the reaction and the
/// answer to be posted, the event. The same comment is obeyed once, whoever brings it.
/// </summary>
internal sealed class CommandDesk(SqliteConnection connection, CommandOrder order, int mostWaiting, long now)
{
    private readonly TaskRow? _row = Newest(connection, order.Subject);

    private QueuedTask? Task { get => field ??= _row?.ToTask(); }

    /// <summary>The task that lost its worker by the command.</summary>
    public TaskId? Revoked { get; private set; }

    public CommandResult CarryOut()
    {
        if (!IsNew())
            return new CommandResult(false, "This comment was taken already.", "ignored", null);
        if (order.Refusal is { } refusal)
            return Noted(new CommandResult(false, refusal, "refused", null));
        if (order.ByBot && LastOfPerson() is var person && OfBots(person) >= order.MostOfBots)
            return Noted(Silenced(person));

        var reply = Obey();
        OutboxTable.AddReaction(connection, order.Subject, order.CommentId, reply.Reaction, now);
        if (reply.Answer is { } answer)
            OutboxTable.AddComment(connection, $"answer:{order.Subject.Repository}:{order.CommentId}", order.Subject, answer, now);
        return Noted(new CommandResult(reply.IsDone, $"@{order.By} asked: {order.Command.Word}. {reply.Note}", reply.Outcome, reply.About ?? Task));
    }

    private Reply Obey() => order.Command switch
    {
        Command.Stop => Stop(),
        Command.Retry => Retry(),
        Command.Plan => Plan(),
        Command.Approve approve => Approve(approve.Remark),
        Command.EditPlan edited => EditPlan(edited.Text),
        Command.Pause => Pause(),
        Command.Resume => Resume(),
        Command.SetPriority set => SetPriority(set.Priority),
        Command.SetBudget set => SetBudget(set.Usd),
        Command.Status => Reply.Told("Told.", CommandTexts.Status(Task, QueuePause.Read(connection), order, LedgerUnits.ToTime(now))),
        Command.Help => Reply.Told("Told.", CommandTexts.Help(Task, order)),
        Command.Instruction said => Instruct(said.Text),
        Command.Mistaken mistaken => Reply.Cannot(mistaken.Remedy),
        Command.Rebase => MergeBase(),
        var other => throw new InvalidOperationException($"{other.GetType().Name} is no known command."),
    };

    /// <summary>A follow-up merges the base branch into the branch, and the agent settles what conflicts; nothing is ever rewritten.</summary>
    private Reply MergeBase()
    {
        var pull = connection.ExecuteScalar<int?>(
            """
            SELECT pull_request_number FROM tasks
            WHERE repository = @repository AND (issue_number = @number OR pull_request_number = @number) AND pull_request_number IS NOT NULL
            ORDER BY seq DESC LIMIT 1
            """,
            new { repository = order.Subject.Repository.ToString(), number = order.Subject.Number });
        if (pull is not { } found)
            return Reply.Cannot("There is no pull request of mine here whose branch could be brought up to date.");

        var remark = new Remark
        {
            Kind = RemarkKind.Conflict,
            Pull = new IssueReference(order.Subject.Repository, found),
            Key = string.Create(CultureInfo.InvariantCulture, $"asked-{order.CommentId}"),
            Author = order.By,
            AuthorId = order.ById,
            At = LedgerUnits.ToTime(now),
            Detail = new RemarkDetail { Text = "Please merge the base branch." },
        };
        RemarkTable.Add(connection, remark, now);
        return Reply.Started("The base branch is merged into the branch.");
    }

    private Reply Stop()
    {
        if (Task is not { IsActive: true, State: var state })
            return Reply.Cannot("Nothing is at work here, so there is nothing to stop.");
        TaskReturn.End(connection, _row!, new TaskOutcome { State = TaskState.Cancelled, Reason = $"Stopped by @{order.By}." }, now, order.By);
        Revoked = state == TaskState.Running ? Task.Id : null;
        return Reply.Done("The task is cancelled.") with { Outcome = "cancelled" };
    }

    private Reply Retry() => Task switch
    {
        null => Reply.Cannot("There is no task here that could be tried again; put the label on to have the issue worked on."),
        { State: TaskState.Failed or TaskState.Cancelled or TaskState.Dead } when TaskOrders.Retry(connection, _row!, $"Retried by @{order.By}.", order.By, now) =>
            Reply.Started("The task waits again."),
        { State: TaskState.Succeeded } => Reply.Cannot($"The last task succeeded. Say what is to be changed: `@{order.Mention}` and your words."),
        { State: TaskState.NeedsInput } => Reply.Cannot(Unanswered(Task)),
        _ => Reply.Cannot("It is at work already."),
    };

    private Reply Plan()
    {
        switch (Task)
        {
            case { State: TaskState.Running }:
                return Reply.Cannot($"I am at work already. `@{order.Mention} stop` ends that; then ask for a plan.");
            case { State: TaskState.NeedsInput }:
                return Reply.Cannot(Unanswered(Task));
            case { State: TaskState.Waiting }:
                connection.Execute("UPDATE tasks SET plan_first = 1 WHERE seq = @seq", new { seq = _row!.Seq });
                return Reply.Started("A plan comes first.");
            default:
                return Start(order.Start is { } task ? task with { PlanFirst = true } : null, null);
        }
    }

    private Reply Approve(string? remark)
    {
        if (Task?.Awaits != AwaitedInput.Plan)
            return Reply.Cannot(Task is { State: TaskState.NeedsInput } ? Unanswered(Task) : "No plan waits for approval here.");
        AddInput(_row!.Id, "plan", remark ?? "");
        TaskOrders.GoOn(connection, _row, $"@{order.By} approved the plan.", order.By, now);
        return Reply.Done("The plan is approved.");
    }

    private Reply EditPlan(string plan)
    {
        if (Task?.Awaits != AwaitedInput.Plan)
            return Reply.Cannot("No plan waits for approval here any more.");
        AddInput(_row!.Id, "plan", $"The plan is to be this, as I changed it:\n\n{plan}");
        TaskOrders.GoOn(connection, _row, $"@{order.By} changed the plan.", order.By, now);
        return Reply.Done("The task goes on with the plan as it was changed.");
    }

    private Reply Pause()
    {
        var wasRunning = Task?.State == TaskState.Running;
        if (_row is null || !TaskOrders.Pause(connection, _row, $"Paused by @{order.By}. `@{order.Mention} resume` goes on.", order.By, now))
            return Reply.Cannot(Task is { State: TaskState.NeedsInput } ? "It waits for people already." : "Nothing is at work here, so there is nothing to pause.");
        Revoked = wasRunning ? Task!.Id : null;
        return Reply.Done("The task is set aside.");
    }

    private Reply Resume() =>
        Task?.Awaits == AwaitedInput.Pause && TaskOrders.GoOn(connection, _row!, $"Resumed by @{order.By}.", order.By, now)
            ? Reply.Done("The task waits for its turn.")
            : Reply.Cannot(Task is { State: TaskState.NeedsInput } ? Unanswered(Task) : "Nothing is paused here.");

    private Reply SetPriority(TaskPriority priority) => _row is not null && TaskOrders.SetPriority(connection, _row, priority, order.By, now)
        ? Reply.Done($"The priority is {priority.Word()}.")
        : Reply.Cannot("Nothing waits here, so a priority would mean nothing. The label `priority:…` sets that of the next task.");

    private Reply SetBudget(decimal usd)
    {
        if (Task is null or { State: TaskState.Succeeded })
            return Reply.Cannot("There is no task here that could spend it.");
        var allowed = Math.Min(usd, order.LargestBudgetUsd);
        connection.Execute("UPDATE tasks SET budget_nano_usd = @nanos WHERE seq = @seq", new { nanos = LedgerUnits.ToNanoDollars(allowed), seq = _row!.Seq });
        var said = string.Create(CultureInfo.InvariantCulture, $"The task may spend {allowed:0.00##} US dollars in all");
        var clipped = allowed < usd ? ", the most that the operator allows for one task" : "";
        var later = Task.State == TaskState.Running ? "; that holds from the agent's next start" : "";
        return Reply.Done($"{said}{clipped}{later}.") with { Answer = clipped.Length + later.Length > 0 ? $"{said}{clipped}{later}." : null };
    }

    private Reply Instruct(string text)
    {
        switch (Task)
        {
            case { State: TaskState.NeedsInput, Awaits: AwaitedInput.Pause }:
                AddInput(_row!.Id, "instruction", text);
                return Reply.Done("Noted for the paused task.") with { Answer = $"Noted. The task is paused; `@{order.Mention} resume` goes on." };
            case { State: TaskState.NeedsInput }:
                AddInput(_row!.Id, Task.Awaits == AwaitedInput.Plan ? "plan" : "answer", text);
                TaskOrders.GoOn(connection, _row, $"@{order.By} answered.", order.By, now);
                return Reply.Started("The task goes on with the answer.");
            case { State: TaskState.Waiting }:
                AddInput(_row!.Id, "instruction", text);
                return Reply.Started("Noted for the task that waits.");
            case { State: TaskState.Running }:
                AddInput(_row!.Id, "instruction", text);
                return Reply.Started("Noted for after the run.") with { Answer = "Noted. I am at work and cannot be told in the middle of it: I turn to this right after." };
            default:
                return Start(order.Start, text);
        }
    }

    private Reply Start(NewTask? task, string? instruction)
    {
        if (task is null)
            return Reply.Cannot(order.StartObstacle ?? "Nothing can be begun here.");
        switch (TaskAdmission.Enqueue(connection, task, mostWaiting, now))
        {
            case EnqueueResult.Added added:
                if (instruction is not null)
                    AddInput(added.Task.Id.Value, "instruction", instruction);
                return Reply.Started("A task is made.") with { Outcome = "task", About = added.Task };
            case EnqueueResult.Full full:
                return Reply.Cannot($"{full.Reason} Please ask again later.");
            default:
                return Reply.Cannot("A task for this ended just now; please ask again if you still want it.");
        }
    }

    private string Unanswered(QueuedTask task) => task.Awaits switch
    {
        AwaitedInput.Plan => $"The plan waits for your word: `@{order.Mention} approve`, an edit of its comment, or `@{order.Mention}` and what is to be different.",
        AwaitedInput.Pause => $"The task is paused: `@{order.Mention} resume` goes on.",
        _ => $"The task waits for an answer to its question: `@{order.Mention}` and your words.",
    };

    /// <summary>Programs that answer each other are told once, and then not answered any more.</summary>
    private CommandResult Silenced(long person)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"{order.MostOfBots} commands of bots were obeyed here since a person said something, and MAX_TASKS_PER_ISSUE_AND_HOUR allows no more.");
        OutboxTable.AddComment(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"silenced:{order.Subject}:{person}"),
            order.Subject,
            $"I stop answering bots here: no more than {order.MostOfBots} of their commands in a row are obeyed. A person can go on at any time, and bots can after that.",
            now);
        return new CommandResult(false, reason, "refused", Task);
    }

    /// <summary>When a person last said something here that counts: a command, or under a pull request a remark; 0: never.</summary>
    private long LastOfPerson() => connection.ExecuteScalar<long>(
        """
        SELECT max(
            (SELECT coalesce(max(at), 0) FROM commands WHERE repository = @repository AND number = @number AND by_bot = 0 AND command <> 'refused'),
            (SELECT coalesce(max(seen_at), 0) FROM remarks WHERE repository = @repository AND number = @number AND author_id IS NOT NULL AND author_id NOT IN @bots))
        """,
        new { repository = order.Subject.Repository.ToString(), number = order.Subject.Number, bots = order.AllowedBots.ToArray() });

    /// <summary>How many commands bots gave here before this one, after the given time. No hour counts: two programs have all the time in the world.</summary>
    private int OfBots(long since) => connection.ExecuteScalar<int>(
        """
        SELECT count(*) FROM commands
        WHERE repository = @repository AND number = @number AND by_bot = 1 AND command <> 'refused' AND at > @since AND comment_id <> @commentId
        """,
        new { repository = order.Subject.Repository.ToString(), number = order.Subject.Number, since, commentId = order.CommentId });

    private bool IsNew() => connection.Execute(
        """
        INSERT INTO commands (repository, comment_id, number, command, actor_id, by_bot, at)
        VALUES (@repository, @commentId, @number, @command, @actorId, @byBot, @now)
        ON CONFLICT DO NOTHING
        """,
        new
        {
            repository = order.Subject.Repository.ToString(),
            commentId = order.CommentId,
            number = order.Subject.Number,
            command = order.Refusal is null ? order.Command.Word : "refused",
            actorId = order.ById,
            byBot = order.ByBot,
            now,
        }) > 0;

    private int AddInput(string task, string kind, string text) => connection.Execute(
        "INSERT INTO inputs (task_id, kind, text, actor, actor_id, at) VALUES (@task, @kind, @text, @actor, @actorId, @now)",
        new { task, kind, text, actor = order.By, actorId = order.ById, now });

    private CommandResult Noted(CommandResult result)
    {
        EventTable.Append(connection, new EventRow
        {
            At = now,
            Kind = result.Outcome == "refused" ? "command.refused" : $"command.{order.Command.Word.Split(' ')[0]}",
            Actor = order.By,
            TaskId = result.Task?.Id.Value,
            SubjectRepository = order.Subject.Repository.ToString(),
            SubjectNumber = order.Subject.Number,
            Message = result.Reason,
        });
        return result;
    }

    /// <summary>The active task of the issue, or of the pull request; else the one made last.</summary>
    private static TaskRow? Newest(SqliteConnection connection, IssueReference subject) => connection.QueryFirstOrDefault<TaskRow>(
        $"""
        SELECT * FROM (
            SELECT {TaskRow.Columns} FROM tasks WHERE repository = @repository AND issue_number = @number
            UNION
            SELECT {TaskRow.Columns} FROM tasks WHERE repository = @repository AND pull_request_number = @number AND pull_request_number IS NOT NULL)
        ORDER BY State IN ('waiting', 'running', 'needs_input') DESC, Seq DESC LIMIT 1
        """,
        new { repository = subject.Repository.ToString(), number = subject.Number });

    /// <param name="Note">What happened, for the event log.</param>
    /// <param name="Answer">A comment; null: the reaction says it all.</param>
    private sealed record Reply(bool IsDone, string Reaction, string Note, string? Answer)
    {
        public string Outcome { get; init; } = IsDone ? "command" : "ignored";
        public QueuedTask? About { get; init; }

        public static Reply Done(string note) => new(true, "+1", note, null);

        public static Reply Started(string note) => new(true, "eyes", note, null);

        public static Reply Told(string note, string answer) => new(true, "eyes", note, answer);

        public static Reply Cannot(string why) => new(false, "confused", why, why);
    }
}
