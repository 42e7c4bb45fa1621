using System.Formats.Tar;
using System.IO.Compression;
using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Commands;

public sealed class DataCommandsTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(_room.Data, "backups");

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_backup_is_one_checked_file_of_its_owner_while_a_bot_runs()
    {
        await _room.AddAsync("--issue", "1");
        using var bot = DataFolderLock.Take(_room.Data, BotRole.Up);

        var made = await _room.RunAsync("data", "backup", "--json");

        made.Code.ShouldBe(ExitCode.Ok, made.All);
        var file = Directory.GetFileSystemEntries(Backups).ShouldHaveSingleItem("nothing half beside it");
        made.Json.GetProperty("file").GetString().ShouldBe(file);
        made.Json.GetProperty("tasks").GetProperty("waiting").GetInt64().ShouldBe(1);
        File.GetUnixFileMode(file).ShouldBe(OwnersFile);
        SqliteBackup.Verify(file).AllTasks.ShouldBe(1);
        (await _room.RunAsync("timeline", "--since", "1h", "--json")).Out.ShouldContain("data.backed_up");
    }

    [Fact]
    public async Task A_folder_keeps_the_newest_backups_and_everything_that_is_none()
    {
        await _room.AddAsync();
        var folder = Directory.CreateDirectory(_room.PathOf("kept")).FullName;
        foreach (var name in new[] { "ledger-20200101T000000Z.db", "ledger-20200102T000000Z.tar.gz", "ledger-20200103T000000Z.db", "notes.txt", "ledger-before-0005.db" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), "x", Token);

        var made = await _room.RunAsync("data", "backup", "--to", folder, "--keep", "2", "--json");

        made.Code.ShouldBe(ExitCode.Ok, made.All);
        made.Json.GetProperty("removed").GetInt32().ShouldBe(2);
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(
            ["ledger-20200103T000000Z.db", "notes.txt", "ledger-before-0005.db", Path.GetFileName(made.Json.GetProperty("file").GetString())], ignoreOrder: true);
    }

    [Fact]
    public async Task A_backup_replaces_no_file_and_says_where_it_cannot_be_written()
    {
        await _room.AddAsync();
        var ledger = Path.Combine(_room.Data, "ledger.db");
        var refused = await _room.RunAsync("data", "backup", "--to", ledger);
        refused.Code.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("is there already");

        var nowhere = await _room.RunAsync("data", "backup", "--to", _room.PathOf("file-of-tests/x.db"));
        nowhere.Code.ShouldBe(ExitCode.Ok, "a missing folder of the file is made");
        await File.WriteAllTextAsync(_room.PathOf("blocked"), "", Token);
        var blocked = await _room.RunAsync("data", "backup", "--to", _room.PathOf("blocked/x.db"));
        blocked.Code.ShouldBe(ExitCode.Failed, blocked.All);
        blocked.Error.ShouldContain("could not be made");
        blocked.Error.ShouldNotContain("   at ");
        (await _room.RunAsync("data", "backup", "--to", _room.PathOf("y.db"), "--keep", "2")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync("data", "backup", "--keep", "0")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_restored_ledger_has_every_task_and_the_running_ones_wait_uncounted()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        TaskId running;
        await using (var ledger = SqliteLedgers.Open(_room.Data, time))
        {
            running = await MakeAsync(ledger, 1, claim: true);
            await MakeAsync(ledger, 2, claim: false);
            await ledger.Inbox.StoreAsync(new Delivery { Id = "d-1", Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = time.GetUtcNow() }, Token);
            (await _room.RunAsync("data", "backup", "--to", _room.PathOf("b.db"))).Code.ShouldBe(ExitCode.Ok);
        }

        var target = _room.PathOf("new");
        var restored = await _room.RunAsync("data", "restore", _room.PathOf("b.db"), "--to", target, "--json");

        restored.Code.ShouldBe(ExitCode.Ok, restored.All);
        (restored.Json.GetProperty("were_running").GetInt32(), restored.Json.GetProperty("undecided").GetInt64()).ShouldBe((1, 1));
        File.GetUnixFileMode(Path.Combine(target, "ledger.db")).ShouldBe(OwnersFile);
        await using var again = SqliteLedgers.Open(target, time);
        var task = (await again.Queue.FindAsync(running, Token)).ShouldNotBeNull();
        (task.State, task.Attempts).ShouldBe((TaskState.Waiting, 0));
        (await again.Queue.ReclaimAsync("another-boot", singleMachine: true, Token)).ShouldBeEmpty("nothing counts as a crash");
        (await again.Inbox.StoreAsync(new Delivery { Id = "d-1", Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = time.GetUtcNow() }, Token)).ShouldBeFalse("its id is known");
        (await again.Queue.UnannouncedAsync(10, Token)).Count.ShouldBe(2, "the labels are put right");
        (await again.Events.OfTaskAsync(running, Token))[^1].Message.ShouldContain("backup was restored");
        Directory.GetFileSystemEntries(Path.Combine(target, "tmp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restore_never_meets_a_running_bot_nor_replaces_a_ledger_unasked()
    {
        var id = await _room.AddAsync();
        await _room.RunAsync("data", "backup", "--to", _room.PathOf("b.db"));
        (await _room.RunAsync("queue", "cancel", id)).Code.ShouldBe(ExitCode.Ok);
        using (DataFolderLock.Take(_room.Data, BotRole.Up))
            (await _room.RunAsync("data", "restore", _room.PathOf("b.db"), "--force")).Code.ShouldBe(ExitCode.Unavailable);
        var refused = await _room.RunAsync("data", "restore", _room.PathOf("b.db"));
        refused.Code.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("--force");
        var queue = Directory.CreateDirectory(Path.Combine(_room.Data, "queue")).FullName;
        await File.WriteAllTextAsync(Path.Combine(queue, "newer.json"), "{}", Token);

        var forced = await _room.RunAsync("data", "restore", _room.PathOf("b.db"), "--force", "--json");

        forced.Code.ShouldBe(ExitCode.Ok, forced.All);
        (await _room.RunAsync("queue", "show", id, "--json")).Json.GetProperty("state").GetString().ShouldBe("waiting");
        var aside = forced.Json.GetProperty("put_aside").GetString()!;
        File.Exists(Path.Combine(aside, "queue", "newer.json")).ShouldBeTrue();
        SqliteBackup.Verify(Path.Combine(aside, "ledger.db")).Tasks[TaskState.Cancelled].ShouldBe(1);
        Directory.Exists(queue).ShouldBeFalse();
    }

    [Theory]
    [InlineData("This is no database at all, only a text of some length.")]
    [InlineData("")]
    public async Task What_is_no_sound_backup_is_refused_and_changes_nothing(string content)
    {
        var file = _room.PathOf("bad.db");
        await File.WriteAllTextAsync(file, content, Token);
        var refused = await _room.RunAsync("data", "restore", file, "--to", _room.PathOf("new"));
        refused.Code.ShouldBe(ExitCode.Failed, refused.All);
        refused.Error.ShouldContain("cannot be restored");
        File.Exists(_room.PathOf("new/ledger.db")).ShouldBeFalse();
        (await _room.RunAsync("data", "restore", _room.PathOf("none.db"))).Error.ShouldContain("There is no file");
    }

    [Fact]
    public async Task A_damaged_backup_is_refused()
    {
        for (var number = 1; number <= 40; number++)
            await _room.AddAsync("--issue", $"{number}");
        await _room.RunAsync("data", "backup", "--to", _room.PathOf("b.db"));
        await using (var file = new FileStream(_room.PathOf("b.db"), FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length - (8 * 4096);
            await file.WriteAsync(Enumerable.Repeat((byte)0xEE, 6 * 4096).ToArray(), Token);
        }

        (await _room.RunAsync("data", "restore", _room.PathOf("b.db"), "--to", _room.PathOf("new"))).Error.ShouldContain("damaged");
    }

    [Fact]
    public async Task A_backup_with_files_brings_ends_and_transcripts_back_and_follows_no_link()
    {
        await _room.AddAsync();
        foreach (var name in new[] { "processed/a.json", "failed/b.json", "corrupted/c.json", "corrupted/c.json.reason.txt", "transcripts/a-1.ndjson", "sessions/a/secret" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_room.Data, name))!);
            await File.WriteAllTextAsync(Path.Combine(_room.Data, name), name, Token);
        }

        await File.WriteAllTextAsync(_room.PathOf("outside"), "not for a backup", Token);
        File.CreateSymbolicLink(Path.Combine(_room.Data, "processed", "link.json"), _room.PathOf("outside"));

        var made = await _room.RunAsync("data", "backup", "--to", _room.PathOf("b.tar.gz"), "--with-files", "--json");
        made.Code.ShouldBe(ExitCode.Ok, made.All);
        made.Json.GetProperty("files").GetInt32().ShouldBe(5);
        (await _room.RunAsync("data", "restore", _room.PathOf("b.tar.gz"), "--to", _room.PathOf("new"))).Code.ShouldBe(ExitCode.Ok);

        Directory.GetFiles(_room.PathOf("new"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_room.PathOf("new"), file)).ShouldBe(
            ["bot.lock", "ledger.db", "processed/a.json", "failed/b.json", "corrupted/c.json", "corrupted/c.json.reason.txt", "transcripts/a-1.ndjson"], ignoreOrder: true);
        (await File.ReadAllTextAsync(_room.PathOf("new/transcripts/a-1.ndjson"), Token)).ShouldBe("transcripts/a-1.ndjson");
    }

    [Fact]
    public async Task An_archive_of_somebody_else_writes_nothing_outside_its_folders()
    {
        await _room.AddAsync();
        await _room.RunAsync("data", "backup", "--to", _room.PathOf("b.db"));
        await using (var stream = File.Create(_room.PathOf("evil.tar.gz")))
        await using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(zip))
        {
            await tar.WriteEntryAsync(_room.PathOf("b.db"), "ledger.db", Token);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "processed/link") { LinkName = "/etc" }, Token);
            foreach (var name in new[] { "../escaped", "processed/../../escaped", "/tmp/escaped-of-tests", "bot.lock", "mirrors/x" })
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) }, Token);
        }

        (await _room.RunAsync("data", "restore", _room.PathOf("evil.tar.gz"), "--to", _room.PathOf("new"))).Code.ShouldBe(ExitCode.Ok);

        Directory.GetFileSystemEntries(_room.PathOf("new"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["bot.lock", "ledger.db", "tmp"], ignoreOrder: true);
        File.Exists(_room.PathOf("escaped")).ShouldBeFalse();
        File.Exists("/tmp/escaped-of-tests").ShouldBeFalse();
    }

    [Fact]
    public async Task Prune_removes_what_is_old_leaves_what_is_active_and_tells_before_what_it_would_do()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2020, 3, 1, 9, 0, 0, TimeSpan.Zero));
        TaskId waiting, over;
        await using (var ledger = SqliteLedgers.Open(_room.Data, time))
        {
            over = await MakeAsync(ledger, null, claim: true);
            await ledger.Queue.CancelAsync(over, "over", "operator", Token);
            waiting = await MakeAsync(ledger, 5, claim: false);
        }

        var old = new[] { $"failed/{over}.json", $"transcripts/{over}-1.ndjson", $"transcripts/{over}-1-repair-1.ndjson", "sessions/acme--shop--issue-9/deep/file", "corrupted/x.json", "corrupted/x.json.reason.txt", "backups/ledger-before-0005.db", "pr_feedback/pr_9_feedback.json" };
        var kept = new[] { $"failed/{waiting}.json", $"transcripts/{waiting}-2.ndjson", "sessions/acme--shop--issue-5/file", "backups/ledger-20200101T000000Z.db" };
        foreach (var name in old.Concat(kept))
            Write(name, time.GetUtcNow());
        Write("sessions/acme--shop--issue-8/old", time.GetUtcNow());
        Write("sessions/acme--shop--issue-8/deep/young", TimeProvider.System.GetUtcNow());

        var dry = await _room.RunAsync("data", "prune", "--dry-run", "--json");
        dry.Code.ShouldBe(ExitCode.Ok, dry.All);
        old.ShouldAllBe(name => File.Exists(Path.Combine(_room.Data, name)));
        var pruned = await _room.RunAsync("data", "prune", "--older-than", "30d", "--json");

        pruned.Code.ShouldBe(ExitCode.Ok, pruned.All);
        foreach (var (name, number) in new[] { ("tasks", 1), ("ends", 2), ("quarantined", 1), ("transcripts", 2), ("sessions", 1), ("old_ledgers", 1) })
        {
            dry.Json.GetProperty(name).GetInt32().ShouldBe(number, name);
            pruned.Json.GetProperty(name).GetInt32().ShouldBe(number, name);
        }

        old.ShouldAllBe(name => !File.Exists(Path.Combine(_room.Data, name)));
        kept.Append("sessions/acme--shop--issue-8/old").ShouldAllBe(name => File.Exists(Path.Combine(_room.Data, name)));
        (await _room.RunAsync("queue", "show", waiting.Value)).Code.ShouldBe(ExitCode.Ok);
        (await _room.RunAsync("queue", "show", over.Value)).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Prune_refuses_an_age_at_which_redeliveries_are_still_to_be_known()
    {
        await _room.AddAsync();
        var refused = await _room.RunAsync("data", "prune", "--older-than", "2d");
        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("3d");
        _room.Environment["RETENTION_DAYS"] = "0";
        (await _room.RunAsync("data", "prune")).Error.ShouldContain("RETENTION_DAYS is 0");
    }

    private void Write(string name, DateTimeOffset at)
    {
        var path = Path.Combine(_room.Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, name);
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
        if (name.StartsWith("sessions/", StringComparison.Ordinal))
            Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(path)!, at.UtcDateTime);
        for (var folder = Path.GetDirectoryName(Path.GetDirectoryName(path))!; folder.StartsWith(Path.Combine(_room.Data, "sessions", ""), StringComparison.Ordinal); folder = Path.GetDirectoryName(folder)!)
            Directory.SetLastWriteTimeUtc(folder, at.UtcDateTime);
    }

    private static async Task<TaskId> MakeAsync(LedgerUnderTest ledger, int? issue, bool claim)
    {
        var task = new NewTask
        {
            Kind = TaskKind.Manual,
            Repository = RepositoryName.Parse("acme/shop"),
            IssueNumber = issue,
            Title = "t",
            Description = "d",
            RequestedBy = "operator",
            ObservedAt = ledger.Time.GetUtcNow(),
        };
        var id = (await ledger.Queue.EnqueueAsync(task, Token)).ShouldBeOfType<EnqueueResult.Added>().Task.Id;
        if (claim)
            (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Token)).ShouldNotBeNull();
        return id;
    }
}
