using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ClaudeBot.Hosting;
using ClaudeBot.Tests.Hosting;

namespace ClaudeBot.Tests.Commands;

public sealed class SecondSignalTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_first_signal_stops_in_order_and_a_second_one_ends_the_program_at_once()
    {
        var (started, stopping) = (new TaskCompletionSource(), new TaskCompletionSource());
        _room.Environment["LOG_LEVEL"] = "INFO";
        using var bot = Start(line =>
        {
            if (line.Contains("INFO StartupNotice started", StringComparison.Ordinal))
                started.TrySetResult();
            if (line.Contains("INFO StartupNotice stopping", StringComparison.Ordinal))
                stopping.TrySetResult();
        });
        var ended = bot.WaitForExitAsync(Token);
        (await Task.WhenAny(started.Task, ended)).ShouldBe(started.Task);

        // A delivery that is half sent keeps the host from ending at the first signal.
        using var sender = new TcpClient();
        await sender.ConnectAsync("127.0.0.1", RunningBot.Read(_room.Data)!.WebhookPort!.Value, Token);
        await sender.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=00\r\nX-GitHub-Event: ping\r\nX-GitHub-Delivery: 1\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"), Token);
        // The server asks for the body: it is inside the request now.
        (await sender.GetStream().ReadAsync(new byte[64], Token)).ShouldBeGreaterThan(0);

        await TerminateAsync(bot);
        (await Task.WhenAny(stopping.Task, ended)).ShouldBe(stopping.Task);
        await TerminateAsync(bot);
        await ended;
        // A stop in order ends with 0.
        bot.ExitCode.ShouldBe(1);
    }

    private Process Start(Action<string> line)
    {
        Directory.CreateDirectory(_room.Data);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "ClaudeBot.dll"), "up" })
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in _room.Environment)
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, data) => line(data.Data ?? "");
        process.ErrorDataReceived += (_, data) => line(data.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task TerminateAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }
}
