using ClaudeBot.Conversation;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>Begins runs.</summary>
public sealed class RunFactory(IRunJournal journal, RunOptions options, ConversationOptions conversation, TimeProvider time)
{
    /// <summary>Opens an attempt. Steps that an earlier run of the task left behind are kept, to be gone on from.</summary>
    public async Task<Run> StartAsync(TaskLease lease, CancellationToken cancellationToken)
    {
        var steps = new StepLog(journal, lease, new Patience(options, time));
        var asked = await steps.FindAsync<Asked>(RunStep.Asked, cancellationToken);
        var said = new Said(asked?.Intent, asked?.Result is not null, await journal.InputsAsync(lease.Id, cancellationToken));
        var attempt = await journal.BeginAttemptAsync(lease.Id, lease.Worker, cancellationToken);
        var board = new ProgressBoard(new RunProgress
        {
            TaskId = lease.Id,
            Branch = lease.Task.Branch,
            Attempt = attempt,
            StartedAt = time.GetUtcNow(),
            CostUsd = lease.Task.CostUsd,
            Page = conversation.PageOf(lease.Id),
        });
        return new Run(lease, attempt, steps, board) { Said = said };
    }
}
