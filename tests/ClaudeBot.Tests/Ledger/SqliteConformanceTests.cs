namespace ClaudeBot.Tests.Ledger;

public sealed class SqliteTaskAdmissionTests : TaskAdmissionConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteTaskStateTests : TaskStateConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteTaskClaimTests : TaskClaimConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteInboxTests : InboxConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteIntakeProgressTests : IntakeProgressConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteRunJournalTests : RunJournalConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteRemarksTests : RemarksConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}
