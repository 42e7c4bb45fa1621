using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>One empty ledger, whichever database it is in, with a clock that the test moves.</summary>
public sealed record LedgerUnderTest(
    ITaskQueue Queue, IInbox Inbox, IRunJournal Journal, IEventLog Events, QueueNotices Notices, FakeTimeProvider Time, Func<ValueTask> Close)
    : IAsyncDisposable
{
    public required IIntakeProgress Intake { get; init; }

    public required ILedgerViews Views { get; init; }

    public required IRemarks Remarks { get; init; }

    public required IOutbox Outbox { get; init; }

    public ValueTask DisposeAsync() => Close();
}
