using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Queue.Spool;

/// <summary>A spool on a real folder; the test says when it looks.</summary>
public abstract class SpoolHarness : IAsyncLifetime
{
    protected QueueHarness Harness { get; } = new();

    protected FakeLogger<Quarantine> QuarantineLog { get; } = new();

    protected ClaudeBot.Queue.Spool.Spool Sut { get; set; } = null!;

    protected string Root => Harness.Folder.Path;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Sut = Restarted();
        await Sut.OpenAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Sut.Dispose();
        await Harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The spool as a new process has it: nothing in memory.</summary>
    protected ClaudeBot.Queue.Spool.Spool Restarted(RepositoryName? defaultRepository = null) => SpoolOn(Harness, defaultRepository);

    protected ClaudeBot.Queue.Spool.Spool SpoolOn(QueueHarness harness, RepositoryName? defaultRepository = null)
    {
        var options = new SpoolOptions { DataDirectory = harness.Folder.Path, DefaultRepository = defaultRepository };
        var folder = new DataFolder(options);
        var quarantine = new Quarantine(folder, harness.Events, harness.Time, QuarantineLog);
        var adoption = new SpoolAdoption(options, folder, harness.Spooled, harness.Queue, quarantine, harness.Time);
        return new ClaudeBot.Queue.Spool.Spool(
            options, folder, harness.Spooled, harness.Queue, quarantine, adoption, new SpoolFiling(folder, harness.Spooled), harness.Time);
    }

    protected Task SweepAsync() => Sut.SweepAsync(Cancellation);

    /// <summary>Two looks, with the time in between that a half-written file is given.</summary>
    protected async Task SettleAsync()
    {
        await SweepAsync();
        Harness.Time.Advance(TimeSpan.FromSeconds(1));
        await SweepAsync();
    }

    protected string At(params string[] path) => Path.Combine([Root, .. path]);

    protected string QueueFile(TaskId id) => At("queue", $"{id}.json");

    protected void Drop(string name, string content) => File.WriteAllText(At("queue", name), content);

    protected IReadOnlyList<string> Names(string folder) => [.. Directory.EnumerateFileSystemEntries(At(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    protected async Task<IReadOnlyList<QueuedTask>> TasksAsync() => await Harness.Queue.ListAsync(new TaskFilter(), Cancellation);

    protected async Task<TaskLease> ClaimAsync() =>
        (await Harness.Queue.ClaimAsync(new WorkerIdentity("host", "boot-1"), new QueueOptions(), Cancellation)).ShouldNotBeNull();
}
