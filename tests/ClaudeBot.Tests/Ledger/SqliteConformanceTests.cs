namespace ClaudeBot.Tests.Ledger;

public sealed class SqliteTaskAdmissionTests : TaskAdmissionConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}

public sealed class SqliteTaskStateTests : TaskStateConformance
{
    protected override Task<LedgerUnderTest> CreateAsync() => Task.FromResult(SqliteLedgers.Create());
}
