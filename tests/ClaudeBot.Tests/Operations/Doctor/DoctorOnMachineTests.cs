using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Operations.Doctor;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Operations.Doctor;

/// <summary>What the doctor finds, and mends, on this machine; GitHub is away.</summary>
public sealed class DoctorOnMachineTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public DoctorOnMachineTests()
    {
        _room.Complete();
        _room.Environment["SANDBOX"] = "off";
        _room.Environment["DISK_FLOOR_MB"] = "0";
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_look_without_fix_changes_nothing_and_makes_no_ledger()
    {
        _room.Environment["BOT_DATA_DIR"] = _room.PathOf("nowhere");

        var found = await Consultation.HoldAsync(_room);

        found.Of("data folder").What.ShouldContain("is not there");
        Directory.Exists(_room.PathOf("nowhere")).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_line_that_is_not_ok_names_a_remedy_and_services_that_are_away_end_with_69()
    {
        var found = await Consultation.HoldAsync(_room);

        found.Code.ShouldBe(ExitCode.Unavailable);
        found.Bad.ShouldAllBe(line => line.Remedy!.Length > 10);
        found.Of("GitHub").What.ShouldContain("cannot be reached");
        found.Of("model key").Level.ShouldBe("fault");
        found.Of("sandbox").What.ShouldContain("plain processes");
        found.All.ShouldNotContain("a-key-of-tests");
    }

    [Fact]
    public async Task Faults_of_the_configuration_are_told_all_together_and_end_with_78()
    {
        _room.Environment["METRICS_PORT"] = "eight";
        _room.Environment.Remove("ANTHROPIC_API_KEY");
        _room.Environment["ISSUE_CHECK_INTERVALL"] = "5";

        var found = await Consultation.HoldAsync(_room);

        found.Code.ShouldBe(ExitCode.Configuration);
        found.Bad.Where(line => line.Check == "configuration").Select(line => line.What.Split(':')[0]).ShouldBe(["METRICS_PORT", "ANTHROPIC_API_KEY", "ISSUE_CHECK_INTERVALL"]);
    }

    [Fact]
    public async Task Missing_folders_are_made_and_open_ones_closed()
    {
        await _room.AddAsync();
        File.SetUnixFileMode(_room.Data, File.GetUnixFileMode(_room.Data) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(Path.Combine(_room.Data, "ledger.db"), (UnixFileMode)0b110_100_100);
        var before = await Consultation.HoldAsync(_room);
        before.Bad.Where(line => line.Check == "data folder").ShouldAllBe(line => line.Fixable);
        before.Bad.Count(line => line.Check == "data folder").ShouldBe(2);

        var fixedNow = await Consultation.HoldAsync(_room, "--fix");

        fixedNow.Lines.ShouldContain(line => line.Check == "data folder" && line.What.StartsWith("Mended: "));
        (await Consultation.HoldAsync(_room)).Bad.ShouldNotContain(line => line.Check == "data folder");
        File.GetUnixFileMode(Path.Combine(_room.Data, "ledger.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_queue_folder_that_was_lost_comes_back_without_cancelling_what_waits()
    {
        var id = await _room.AddAsync();
        await SweepAsync();
        Directory.Delete(Path.Combine(_room.Data, "queue"), recursive: true);

        await Consultation.HoldAsync(_room, "--fix");
        await SweepAsync();

        Directory.GetFiles(Path.Combine(_room.Data, "queue")).Select(Path.GetFileNameWithoutExtension).ShouldBe([id]);
        (await StateAsync(id)).ShouldBe("waiting");
    }

    [Fact]
    public async Task A_spoiled_queue_file_goes_to_corrupted_and_its_task_gets_a_good_copy()
    {
        var id = await _room.AddAsync();
        await SweepAsync();
        var file = Path.Combine(_room.Data, "queue", $"{id}.json");
        var good = await File.ReadAllBytesAsync(file, Token);
        await File.WriteAllTextAsync(file, "{ torn", Token);
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) - TimeSpan.FromMinutes(1));
        (await Consultation.HoldAsync(_room)).Of("queue files").What.ShouldContain($"{id}.json (It is not valid JSON");

        await Consultation.HoldAsync(_room, "--fix");

        (await File.ReadAllBytesAsync(file, Token)).ShouldBe(good);
        File.Exists(Path.Combine(_room.Data, "corrupted", $"{id}.json.reason.txt")).ShouldBeTrue();
        (await StateAsync(id)).ShouldBe("waiting");
        (await Consultation.HoldAsync(_room)).Of("queue files").What.ShouldBe($"1 in corrupted/: {id}.json");
    }

    [Fact]
    public async Task Beside_a_running_bot_its_queue_files_are_left_to_it()
    {
        var queue = Directory.CreateDirectory(Path.Combine(_room.Data, "queue")).FullName;
        await File.WriteAllTextAsync(Path.Combine(queue, "torn.json"), "{", Token);
        using var bot = DataFolderLock.Take(_room.Data, BotRole.Up);

        var found = await Consultation.HoldAsync(_room, "--fix");

        found.Of("queue files").Fixable.ShouldBeFalse();
        File.Exists(Path.Combine(queue, "torn.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_damaged_ledger_is_told_with_what_to_do()
    {
        await File.WriteAllTextAsync(Path.Combine(_room.Data, "ledger.db"), new string('x', 5000), Token);
        var found = await Consultation.HoldAsync(_room);
        found.Of("ledger").What.ShouldContain("the file is damaged");
        found.Of("ledger").Remedy!.ShouldContain("data restore");
        found.Of("GitHub").What.ShouldContain("cannot be reached", customMessage: "what has nothing to do with the ledger is looked at all the same");
    }

    [Fact]
    public async Task A_paused_queue_and_an_overdue_backup_are_told()
    {
        await _room.AddAsync();
        await _room.RunAsync("queue", "pause", "--reason", "key rotation");
        var backups = Directory.CreateDirectory(Path.Combine(_room.Data, "backups")).FullName;
        await File.WriteAllTextAsync(Path.Combine(backups, "ledger-20200101T000000Z.db"), "", Token);

        var found = await Consultation.HoldAsync(_room);

        found.Of("queue").What.ShouldContain("key rotation");
        found.Of("backup").What.ShouldContain("2020-01-01");
    }

    [Fact]
    public async Task A_port_of_another_program_is_told_and_those_of_the_running_bot_are_not()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        _room.Environment["METRICS_PORT"] = $"{port}";
        (await Consultation.HoldAsync(_room)).Of("ports").What.ShouldBe($"METRICS_PORT: another program listens on {port}");

        using var bot = DataFolderLock.Take(_room.Data, BotRole.Up);
        new RunningBot(1, "bot-of-tests", TimeProvider.System.GetUtcNow(), "127.0.0.1", null, port, null).Write(_room.Data);
        var found = await Consultation.HoldAsync(_room);
        found.Bad.ShouldNotContain(line => line.Check == "ports");
        found.Lines.ShouldContain(line => line.Check == "bot" && line.What.Contains("bot-of-tests"));
    }

    [Fact]
    public async Task A_Claude_Code_of_another_version_is_a_warning_and_a_missing_one_a_fault()
    {
        var program = _room.PathOf("claude");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho '1.2.3 (Claude Code)'\n", Token);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _room.Environment["AGENT"] = "claude-code";
        _room.Environment["CLAUDE_CODE_PATH"] = program;
        var other = (await Consultation.HoldAsync(_room)).Of("claude-code");
        (other.Level, other.What).ShouldBe(("warning", $"version 1.2.3; this bot was tested with {ClaudeBot.Agents.ClaudeCodeProgram.PinnedVersion}"));

        File.Delete(program);
        (await Consultation.HoldAsync(_room)).Of("claude-code").Level.ShouldBe("fault");
    }

    [Fact]
    public async Task An_agents_process_that_outlived_its_bot_and_a_half_written_file_are_cleared_away()
    {
        var start = new ProcessStartInfo("sleep", ["1000"]);
        start.Environment.Clear();
        start.Environment["HOME"] = Path.Combine(_room.Data, "sessions", "acme--shop--issue-1");
        using var orphan = Process.Start(start)!;
        var part = Path.Combine(Directory.CreateDirectory(Path.Combine(_room.Data, "tmp")).FullName, "spool-1.part");
        await File.WriteAllTextAsync(part, "half", Token);
        File.SetLastWriteTimeUtc(part, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        (await Consultation.HoldAsync(_room)).Bad.Count(line => line.Check == "leftovers").ShouldBe(2);
        await Consultation.HoldAsync(_room, "--fix");

        await orphan.WaitForExitAsync(Token);
        File.Exists(part).ShouldBeFalse();
        (await Consultation.HoldAsync(_room)).Bad.ShouldNotContain(line => line.Check == "leftovers");
    }

    [Fact]
    public async Task A_status_web_that_is_away_or_has_no_token_is_told()
    {
        (await Consultation.HoldAsync(_room)).Lines.ShouldNotContain(line => line.Check == "status web");
        _room.Environment["STATUS_ACTIONS"] = "true";
        (await Consultation.HoldAsync(_room)).Of("status web").What.ShouldContain("names no status web");
        _room.Environment["STATUS_WEB_URL"] = "http://127.0.0.1:1";
        (await Consultation.HoldAsync(_room)).Bad.Count(line => line.Check == "status web").ShouldBe(2);
        _room.Environment["STATUS_TOKEN"] = "status-token-of-tests";
        (await Consultation.HoldAsync(_room)).Of("status web").What.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task A_disk_under_the_floor_is_a_fault()
    {
        _room.Environment["DISK_FLOOR_MB"] = "1000000";
        if (new DriveInfo(Path.GetTempPath()).AvailableFreeSpace >> 20 >= 1_000_000)
            Assert.Skip("This disk has more room than DISK_FLOOR_MB can ask for.");
        (await Consultation.HoldAsync(_room)).Of("disk").What.ShouldContain("DISK_FLOOR_MB asks for 1000000");
    }

    [Fact]
    public async Task A_look_that_fails_itself_hides_no_other()
    {
        var round = new DoctorRound([new Failing(), new Finding("after", FindingLevel.Ok, "still asked", null).AsExamination()]);

        var findings = await round.ExamineAsync(mend: false, Token).ToListAsync(Token);

        findings.Select(finding => finding.Check).ShouldBe(["first", "failing", "after"]);
        findings[1].What.ShouldContain("out of order");
    }

    [Fact]
    public async Task A_cure_that_fails_leaves_the_finding_with_the_reason()
    {
        var sick = Finding.Warning("sick", "It is broken.", "Mend it") with { Cure = _ => throw new IOException("no tools") };
        var told = await new DoctorRound([sick.AsExamination()]).ExamineAsync(mend: true, Token).SingleAsync(Token);
        (told.Level, told.What).ShouldBe((FindingLevel.Warning, "It is broken. It could not be mended: no tools"));
    }

    [Fact]
    public async Task People_get_lines_with_the_remedy_below()
    {
        var told = await _room.RunAsync("doctor");
        told.Out.ShouldContain("FAULT   GitHub: 127.0.0.1 cannot be reached");
        told.Out.ShouldContain("\n        → Check name resolution");
        told.Out.TrimEnd().Split('\n')[^1].ShouldContain(" looked at: ");
    }

    private async Task<string?> StateAsync(string id) => (await _room.RunAsync("queue", "show", id, "--json")).Json.GetProperty("state").GetString();

    /// <summary>What a bot does at its start, and a while after.</summary>
    private async Task SweepAsync()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(new LedgerOptions { DataDirectory = _room.Data })
            .AddSingleton(new SpoolOptions { DataDirectory = _room.Data, SettleTime = TimeSpan.Zero }).AddLedger().AddSpoolCheck().AddQueueDrain().BuildServiceProvider();
        var spool = services.GetRequiredService<Spool>();
        await spool.OpenAsync(Token);
        await spool.SweepAsync(Token);
        await spool.SweepAsync(Token);
    }

    private sealed class Failing : IExamination
    {
        public string Subject => "failing";

        public async IAsyncEnumerable<Finding> LookAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Finding.Ok("first", "seen");
            await Task.FromException(new InvalidOperationException("out of order"));
        }
    }
}

internal static class Examinations
{
    public static IExamination AsExamination(this Finding finding) => new Ready(finding);

    private sealed class Ready(Finding finding) : IExamination
    {
        public string Subject => finding.Check;

        public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => new[] { finding }.ToAsyncEnumerable();
    }
}
