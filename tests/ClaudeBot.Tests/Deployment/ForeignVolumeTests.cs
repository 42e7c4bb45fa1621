using System.Diagnostics;
using System.Text.Json;
using ClaudeBot.Commands;
using ClaudeBot.Tests.Commands;

namespace ClaudeBot.Tests.Deployment;

/// <summary>A data folder as Kubernetes mounts a volume: root's, open to the bot by its group (fsGroup), so that the bot may write in it and not set its rights.</summary>
public sealed class ForeignVolumeTests : IDisposable
{
    private const int Nobody = 65534;
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_bot_works_on_a_volume_that_is_not_its_own_and_the_doctor_leaves_its_rights_alone()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("It takes root to make a folder that is another user's.");
        File.SetUnixFileMode(Path.GetDirectoryName(_room.Data)!, (UnixFileMode)0b111_101_101);
        await RunAsync("chgrp", $"{Nobody}", _room.Data);
        File.SetUnixFileMode(_room.Data, (UnixFileMode)0b010_111_111_101);
        if ((await AsNobodyAsync("--version")).Code != ExitCode.Ok)
            Assert.Skip("Other users may not read the program here.");

        (await AsNobodyAsync("queue", "list")).ShouldBe((ExitCode.Ok, ""));
        var doctor = JsonElement.Parse((await AsNobodyAsync("doctor", "--json", "--fix")).Output);

        doctor.GetProperty("findings").EnumerateArray().Where(line => line.GetProperty("check").GetString() == "data folder").Select(line => line.GetProperty("level").GetString()).ShouldBe(["ok"]);
        Directory.Exists(Path.Combine(_room.Data, "queue")).ShouldBeTrue();
        File.GetUnixFileMode(_room.Data).ShouldBe((UnixFileMode)0b010_111_111_101);
        File.GetUnixFileMode(Path.Combine(_room.Data, "ledger.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private Task<(int Code, string Output)> AsNobodyAsync(params string[] arguments) => RunAsync(
        "setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "ClaudeBot.dll"), .. arguments]);

    private async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = "/" };
        foreach (var (name, value) in _room.Environment)
            start.Environment[name] = value;
        (start.Environment["SANDBOX"], start.Environment["AGENT"], start.Environment["HOME"]) = ("off", "api", "/");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }
}
