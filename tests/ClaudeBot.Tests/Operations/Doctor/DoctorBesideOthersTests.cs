using System.Diagnostics;
using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Tests.Commands;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Tests.Operations.Doctor;

/// <summary>The doctor beside an earlier program and in another user's folder: it must leave both able to go on.</summary>
public sealed class DoctorBesideOthersTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public DoctorBesideOthersTests()
    {
        _room.Complete();
        _room.Environment["SANDBOX"] = "off";
        _room.Environment["DISK_FLOOR_MB"] = "0";
    }

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_earlier_ledger_keeps_its_schema_and_the_coming_upgrade_is_told(bool fix)
    {
        LoadEarlierLedger();

        var found = await Consultation.HoldAsync(_room, fix ? ["--fix"] : []);

        var told = found.Of("ledger");
        (told.Level, told.What).ShouldBe(("warning", $"the bot's next start upgrades it from schema 1 to {SqliteSchema.Newest}, and keeps a copy of it in {Path.Combine(_room.Data, "backups")}"));
        Schema().ShouldBe(1);
        Directory.Exists(Path.Combine(_room.Data, "backups")).ShouldBeFalse();
        found.Of("GitHub").What.ShouldContain("cannot be reached", customMessage: "what has nothing to do with the ledger is looked at all the same");
    }

    [Fact]
    public async Task A_verb_of_a_newer_program_does_not_upgrade_the_ledger_under_a_running_bot()
    {
        LoadEarlierLedger();
        using (DataFolderLock.Take(_room.Data, BotRole.Up))
        {
            var refused = await _room.RunAsync("queue", "list");
            refused.Code.ShouldBe(ExitCode.Unavailable);
            refused.Error.ShouldContain("earlier version");
            Schema().ShouldBe(1);
        }

        (await _room.RunAsync("queue", "list")).Code.ShouldBe(ExitCode.Ok);
        Schema().ShouldBe(SqliteSchema.Newest);
    }

    [Fact]
    public async Task Root_mends_nothing_in_the_folder_of_another_user()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("Only root can act in another user's folder.");
        using (var chown = Process.Start("chown", ["65534:65534", _room.Data])!)
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        var found = await Consultation.HoldAsync(_room, "--fix");

        found.Code.ShouldNotBe(ExitCode.Ok);
        found.Of("--fix").What.ShouldContain("65534");
        found.Of("--fix").Remedy!.ShouldContain("docker-compose exec claude-bot claude-bot doctor --fix");
        Directory.Exists(Path.Combine(_room.Data, "queue")).ShouldBeFalse();
    }

    private void LoadEarlierLedger()
    {
        var assembly = typeof(DoctorBesideOthersTests).Assembly;
        using var script = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.EndsWith("ledger-0001.sql", StringComparison.Ordinal)))!);
        using var file = OpenLedger();
        file.Execute(script.ReadToEnd());
    }

    private long Schema()
    {
        using var file = OpenLedger();
        return file.ExecuteScalar<long>("SELECT max(version) FROM schema_version");
    }

    private SqliteConnection OpenLedger()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_room.Data, "ledger.db")};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }
}
