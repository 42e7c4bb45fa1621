using System.Text;
using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Queue.Spool;

public sealed class SpoolDropTests : SpoolHarness
{
    private const string Valid = """{"title":"Add a test","description":"For the parser.","priority":"high","repo":"octo/demo","issue":7}""";

    [Fact]
    public async Task A_valid_file_becomes_a_task_at_once_and_gets_its_name()
    {
        Drop("mine.json", Valid);
        await SweepAsync();

        var task = (await TasksAsync()).ShouldHaveSingleItem();
        (task.Title, task.Description, task.Priority, task.RequestedBy).ShouldBe(("Add a test", "For the parser.", TaskPriority.High, "operator"));
        task.Issue!.ToString().ShouldBe("octo/demo#7");
        Names("queue").ShouldBe([$"{task.Id}.json"]);
        Names("tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_default_repository_and_an_own_id_are_used()
    {
        Sut.Dispose();
        Sut = Restarted(RepositoryName.Parse("octo/default"));
        Drop("a.json", """{"id":"6f9c2a1e-0000-4000-8000-000000000000","name":"Old style","description":"d"}""");
        await SweepAsync();

        var task = (await TasksAsync()).ShouldHaveSingleItem();
        (task.Id.Value, task.Repository.ToString(), task.Title, task.Priority)
            .ShouldBe(("6f9c2a1e-0000-4000-8000-000000000000", "octo/default", "Old style", TaskPriority.Medium));
    }

    [Fact]
    public async Task A_process_that_died_while_taking_a_file_in_neither_loses_nor_doubles_it()
    {
        File.WriteAllText(At("tmp", "octo--demo--issue-7-abcdef.dropped.json"), Valid);
        await SweepAsync();
        var id = (await TasksAsync()).ShouldHaveSingleItem().Id;
        id.Value.ShouldBe("octo--demo--issue-7-abcdef");

        File.WriteAllText(At("tmp", "octo--demo--issue-7-abcdef.dropped.json"), Valid);
        await SettleAsync();
        (await TasksAsync()).ShouldHaveSingleItem().Id.ShouldBe(id);
        Names("tmp").ShouldBeEmpty();
        Names("corrupted").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_half_written_file_is_left_alone_until_it_is_whole()
    {
        Drop("slow.json", Valid[..40]);
        await SweepAsync();
        Harness.Time.Advance(TimeSpan.FromMilliseconds(900));
        Drop("slow.json", Valid[..60]);
        await SweepAsync();
        Harness.Time.Advance(TimeSpan.FromMilliseconds(900));
        await SweepAsync();
        Names("corrupted").ShouldBeEmpty();

        Drop("slow.json", Valid);
        await SweepAsync();
        (await TasksAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("not json at all", "not valid JSON")]
    [InlineData("", "empty")]
    [InlineData("[]", "not an object")]
    [InlineData("""{"title":"a","title":"b","description":"d","repo":"o/r"}""", "not valid JSON")]
    [InlineData("""{"title":"  ","description":"d","repo":"o/r"}""", "title")]
    [InlineData("""{"title":"t","repo":"o/r"}""", "description")]
    [InlineData("""{"title":"t","description":"d","priority":"soon","repo":"o/r"}""", "priority")]
    [InlineData("""{"title":"t","description":"d","repo":"../etc"}""", "owner/name")]
    [InlineData("""{"title":"t","description":"d","repo":"o/r","issue":-1}""", "issue")]
    [InlineData("""{"title":"t","description":"d"}""", "default repository")]
    [InlineData("""{"title":"\ud800","description":"d","repo":"o/r"}""", "Unicode")]
    [InlineData("\uFEFF{\"title\":\"t\",\"description\":\"d\",\"repo\":\"o/r\"}", "byte order mark")]
    public async Task An_invalid_file_is_moved_with_its_reason_and_told_once(string content, string reason)
    {
        Drop("bad.json", content);
        await SettleAsync();

        Names("queue").ShouldBeEmpty();
        Names("corrupted").ShouldBe(["bad.json", "bad.json.reason.txt"]);
        (await File.ReadAllTextAsync(At("corrupted", "bad.json"), Cancellation)).ShouldBe(content.TrimStart('\uFEFF'));
        (await File.ReadAllTextAsync(At("corrupted", "bad.json.reason.txt"), Cancellation)).ShouldContain(reason);
        QuarantineLog.Collector.GetSnapshot().ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Error);
        (await Harness.Events.SinceAsync(DateTimeOffset.MinValue, 10, Cancellation)).ShouldHaveSingleItem().Kind.ShouldBe("spool.quarantined");
        (await TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_plain_file_of_bounded_size_in_UTF_8_is_never_a_task()
    {
        var secret = At("secret.txt");
        File.WriteAllText(secret, Valid);
        File.CreateSymbolicLink(At("queue", "link.json"), secret);
        File.CreateSymbolicLink(At("queue", "nowhere.json"), At("nowhere"));
        File.CreateSymbolicLink(At("queue", "folderlink.json"), Root);
        Directory.CreateDirectory(At("queue", "folder.json", "deep"));
        await MakePipeAsync(At("queue", "pipe.json"));
        Drop("large.json", Valid.Insert(1, new string(' ', 1024 * 1024)));
        File.WriteAllBytes(At("queue", "latin.json"), Encoding.Latin1.GetBytes(Valid.Replace("test", "tést", StringComparison.Ordinal)));
        Drop("notes.txt", Valid);

        await SettleAsync();

        Names("queue").ShouldBeEmpty();
        Names("corrupted").Where(name => !name.EndsWith(".reason.txt", StringComparison.Ordinal))
            .ShouldBe(["folder.json", "folderlink.json", "large.json", "latin.json", "link.json", "notes.txt", "nowhere.json", "pipe.json"]);
        (await TasksAsync()).ShouldBeEmpty();
        File.ReadAllText(secret).ShouldBe(Valid);
    }

    [Fact]
    public async Task Nothing_in_quarantine_is_overwritten()
    {
        Drop("bad.json", "one");
        await SettleAsync();
        Drop("bad.json", "two!");
        await SettleAsync();

        Names("corrupted").ShouldBe(["bad.json", "bad.json.1", "bad.json.1.reason.txt", "bad.json.reason.txt"]);
        File.ReadAllText(At("corrupted", "bad.json")).ShouldBe("one");
        File.ReadAllText(At("corrupted", "bad.json.1")).ShouldBe("two!");
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("""{"id":"another-task","title":"t","description":"d","priority":"low"}""")]
    public async Task A_spoilt_file_of_a_known_task_is_replaced_and_nothing_is_lost(string content)
    {
        var id = await Harness.AddAsync();
        await SweepAsync();
        var good = File.ReadAllText(QueueFile(id));
        Drop($"{id}.json", content);
        await SettleAsync();

        File.ReadAllText(QueueFile(id)).ShouldBe(good);
        Names("corrupted").ShouldBe([$"{id}.json", $"{id}.json.reason.txt"]);
        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
    }

    [Fact]
    public async Task A_file_for_an_issue_with_an_active_task_is_refused_with_the_reason()
    {
        var active = await Harness.AddAsync(issue: 7);
        Drop("again.json", Valid);
        await SettleAsync();

        File.ReadAllText(At("corrupted", "again.json.reason.txt")).ShouldContain(active.Value);
        (await TasksAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_name_as_long_as_the_file_system_allows_is_moved_all_the_same()
    {
        var name = new string('漢', 83) + ".json";
        Drop(name, "no task");
        await SettleAsync();

        Names("queue").ShouldBeEmpty();
        Names("corrupted").Count.ShouldBe(2);
        File.ReadAllText(At("corrupted", Names("corrupted")[1])).ShouldContain("not valid JSON");
    }

    [Fact]
    public async Task An_entry_that_cannot_be_moved_does_not_keep_the_others_from_their_task()
    {
        Drop("stuck.json", "no task");
        await SweepAsync();
        // No reason can be written for it: the place is a folder that is not there.
        Directory.Delete(At("corrupted"));
        Harness.Time.Advance(TimeSpan.FromSeconds(1));
        Drop("good.json", Valid);

        await Should.ThrowAsync<IOException>(SweepAsync);

        var task = (await TasksAsync()).ShouldHaveSingleItem();
        Names("queue").ShouldBe(new[] { "stuck.json", $"{task.Id}.json" }.Order(StringComparer.Ordinal));
        Directory.CreateDirectory(At("corrupted"));
        await SweepAsync();
        Names("corrupted").ShouldBe(["stuck.json", "stuck.json.reason.txt"]);
    }

    [Fact]
    public async Task A_full_queue_leaves_the_file_where_it_is_until_there_is_room()
    {
        Sut.Dispose();
        await using var small = new QueueHarness(ledger => ledger with { MaxWaitingTasks = 1 });
        var first = await small.AddAsync(issue: 1);
        Directory.CreateDirectory(Path.Combine(small.Folder.Path, "queue"));
        using var sut = SpoolOn(small);
        await sut.OpenAsync(Cancellation);
        var dropped = Path.Combine(small.Folder.Path, "queue", "mine.json");
        File.WriteAllText(dropped, Valid);

        for (var look = 0; look < 3; look++)
        {
            await sut.SweepAsync(Cancellation);
            small.Time.Advance(TimeSpan.FromSeconds(5));
        }

        File.Exists(dropped).ShouldBeTrue();
        await small.Queue.CancelAsync(first, "not wanted", "operator", Cancellation);
        await sut.SweepAsync(Cancellation);
        File.Exists(dropped).ShouldBeFalse();
        (await small.Queue.FindByIssueAsync(new IssueReference(RepositoryName.Parse("octo/demo"), 7), Cancellation)).ShouldHaveSingleItem().State.ShouldBe(TaskState.Waiting);
    }

    [Fact]
    public async Task An_editors_own_files_get_more_time()
    {
        Drop(".mine.json.swp", "vim");
        await SettleAsync();
        Names("corrupted").ShouldBeEmpty();

        Harness.Time.Advance(TimeSpan.FromMinutes(1));
        await SweepAsync();
        Names("queue").ShouldBeEmpty();
    }

    private static async Task MakePipeAsync(string path)
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(Cancellation);
        made.ExitCode.ShouldBe(0);
    }
}
