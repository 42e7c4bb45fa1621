using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers.Comments;

/// <summary>
/// Turns a comment into a command, when it is one and whoever wrote it may give it. What others write does nothing, and no
/// agent is ever shown it. Free text under a pull request is no command but a remark, unless it addresses the bot while a
/// question waits there: then it is the answer.
/// </summary>
internal sealed class CommentDecider(GitHubClient github, IssueInspector inspector, RemarkDecider remarks, ITaskQueue queue, ServedRepositories served, TriggerOptions options, TimeProvider time)
{
    private readonly CommandReader _reader = new(options.Mention);
    private readonly Askers _askers = new(github, options);
    private readonly BotIdentity _identity = new(github);

    /// <exception cref="GitHubException">GitHub did not answer now; decide later.</exception>
    public async Task<Decision> DecideAsync(Request.Said said, CancellationToken cancellationToken)
    {
        var read = _reader.Read(said.Body);
        if (said.OnPullRequest && (read is null || (read is Command.Instruction && !await AwaitsAnswerAsync(said.Subject, cancellationToken))))
            return RemarkReader.Emptiness(said.Body, null) is { } reason ? Ignored(said.Subject, reason) : await remarks.DecideAsync(RemarkReader.Of(said), said.Author, cancellationToken);
        if (read is not { } command)
            return Ignored(said.Subject, $"No line of the comment begins with @{options.Mention}.");
        if (!await served.ServesAsync(said.Subject.Repository, cancellationToken))
            return Ignored(said.Subject, $"{said.Subject.Repository} is not one of the repositories that this bot serves.");
        if (said.Body.StartsWith(BotIdentity.Mark, StringComparison.Ordinal) && await _identity.IsBotAsync(said.Author, cancellationToken))
            return Ignored(said.Subject, "The comment is the bot's own.");

        var may = await _askers.MayAskAsync(said.Subject.Repository, said.Author, cancellationToken);
        var order = Order(said.Subject, said.CommentId, command, said.Author) with { Refusal = may.Holds ? null : may.Sentence };
        if (may.Holds && command is Command.Instruction or Command.Plan or Command.Help)
        {
            var (task, obstacle) = await StartAsync(said, cancellationToken);
            order = order with { Start = task, StartObstacle = obstacle };
        }

        return Decided(order);
    }

    /// <summary>Only one kind of comment means something when it is changed: the plan that waits for approval.</summary>
    /// <exception cref="GitHubException">GitHub did not answer now; decide later.</exception>
    public async Task<Decision> DecideAsync(Request.Edited edited, CancellationToken cancellationToken)
    {
        if (PlanComment.TaskOf(edited.Body) is not { } id || !await _identity.IsBotAsync(edited.Author, cancellationToken))
            return Ignored(edited.Subject, "A comment that is changed afterwards gives no command.");
        if (await queue.FindAsync(id, cancellationToken) is not { Awaits: AwaitedInput.Plan } task || task.Issue != edited.Subject)
            return Ignored(edited.Subject, "No plan waits for approval there.");
        if ((edited.Editor ?? await EditorAsync(edited, cancellationToken)) is not { } editor)
            return Ignored(edited.Subject, "GitHub does not say who changed the plan.");
        if (await _identity.IsBotAsync(editor, cancellationToken) && editor.IsBot)
            return Ignored(edited.Subject, "The bot itself changed its comment.");

        var may = await _askers.MayAskAsync(edited.Subject.Repository, editor, cancellationToken);
        return Decided(Order(edited.Subject, edited.CommentId, new Command.EditPlan(PlanComment.PlanOf(edited.Body)), editor) with { Refusal = may.Holds ? null : may.Sentence });
    }

    private async Task<GitHubUser?> EditorAsync(Request.Edited edited, CancellationToken cancellationToken) =>
        (await github.FindLastCommentEditAsync(edited.Subject.Repository, edited.NodeId, cancellationToken))?.Editor;

    private async Task<bool> AwaitsAnswerAsync(IssueReference subject, CancellationToken cancellationToken) =>
        (await queue.FindByIssueAsync(subject, cancellationToken)).Any(task => task.State == TaskState.NeedsInput);

    /// <summary>The task to make where none is at work, or why none can be made.</summary>
    private async Task<(NewTask? Task, string? Obstacle)> StartAsync(Request.Said said, CancellationToken cancellationToken)
    {
        if (said.OnPullRequest)
            return (null, "Work is begun under an issue, not under a pull request.");
        if ((await queue.FindByIssueAsync(said.Subject, cancellationToken)).Any(task => task.IsActive))
            return (null, null);

        var observedAt = time.GetUtcNow();
        if (await FindAsync(said.Subject, cancellationToken) is not { } issue)
            return (null, "GitHub does not give me this issue any more.");
        if (!issue.IsOpen)
            return (null, "The issue is closed; reopen it to have it worked on.");
        if (BotLabels.Skipped.FirstOrDefault(issue.HasLabel) is { } skipped)
            return (null, $"The issue carries the label `{skipped}`, and such issues are never worked on.");
        if (await inspector.NotInALoopAsync(said.Subject, cancellationToken) is { Holds: false } loop)
            return (null, loop.Sentence);
        if (said.Words is null && !await IsAsReadAsync(issue, said, cancellationToken))
            return (null, "Somebody who may not write here changed the issue's title or text since your comment. Read it again, then ask again.");

        return (
            new NewTask
            {
                // Without the label it is the comment alone that asks, and taking a label off cannot end it.
                Kind = issue.HasLabel(options.BotLabel) ? TaskKind.Issue : TaskKind.Manual,
                Repository = said.Subject.Repository,
                IssueNumber = said.Subject.Number,
                Title = said.Words?.Title ?? issue.Title,
                Description = said.Words?.Body ?? issue.Body,
                Priority = IssueRules.PriorityOf(issue),
                RequestedBy = said.Author.Login,
                RequestedById = said.Author.Id,
                ObservedAt = observedAt,
            },
            null);
    }

    private async Task<GitHubIssue?> FindAsync(IssueReference subject, CancellationToken cancellationToken)
    {
        try
        {
            return await github.GetIssueAsync(subject, cancellationToken);
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            return null;
        }
    }

    private async Task<bool> IsAsReadAsync(GitHubIssue issue, Request.Said said, CancellationToken cancellationToken)
    {
        var events = await github.ListIssueEventsAsync(said.Subject, cancellationToken);
        var asked = new GitHubIssueEvent(said.CommentId, "commented", said.Author, null, said.At);
        return (await new EditRule(github, options).UnchangedAsync(issue, asked, [.. events.Where(happened => happened.CreatedAt > said.At)], cancellationToken)).Holds;
    }

    private CommandOrder Order(IssueReference subject, long commentId, Command command, GitHubUser by) => new()
    {
        Subject = subject,
        CommentId = commentId,
        Command = command,
        By = by.Login,
        ById = by.Id,
        ByBot = by.IsBot,
        LargestBudgetUsd = options.LargestBudgetUsd,
        MostOfBots = options.MaxTasksPerIssueAndHour,
        AllowedBots = options.AllowedBots,
        Mention = options.Mention,
    };

    private static Decision Decided(CommandOrder order) => new() { Subject = order.Subject, Outcome = "command", Reason = $"@{order.By}: {order.Command.Word}", Order = order };

    private static Decision Ignored(IssueReference subject, string reason) => new() { Subject = subject, Outcome = "ignored", Reason = reason, AsksForWork = false };
}
