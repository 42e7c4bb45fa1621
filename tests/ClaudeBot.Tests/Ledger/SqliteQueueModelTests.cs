using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>In memory where the system has a folder for that: nothing here is about the disk.</summary>
[Trait("Start", "First")]
public sealed class SqliteQueueModelTests : QueueModelConformance, IDisposable
{
    private const string Memory = "/dev/shm";

    private readonly DirectoryInfo _root = Directory.CreateDirectory(Path.Combine(Directory.Exists(Memory) ? Memory : Path.GetTempPath(), $"queue-model-{Guid.NewGuid():N}"));
    private int _ledgers;

    public void Dispose() => _root.Delete(recursive: true);

    protected override Task<LedgerUnderTest> CreateAsync() =>
        Task.FromResult(Open(_root.CreateSubdirectory($"{_ledgers++}").FullName, new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero))));

    protected override async Task<LedgerUnderTest> ReopenAsync(LedgerUnderTest ledger)
    {
        await ledger.DisposeAsync();
        return Open(Path.Combine(_root.FullName, $"{_ledgers - 1}"), ledger.Time);
    }

    private static LedgerUnderTest Open(string folder, FakeTimeProvider time) => SqliteLedgers.Open(folder, time);
}
