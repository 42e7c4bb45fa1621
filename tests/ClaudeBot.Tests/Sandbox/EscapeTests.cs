using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>The gauntlet: everything in <see cref="Probes"/>, as an agent and as a check. No probe gets out.</summary>
[Trait("Length", "Long")]
public sealed class EscapeTests(EscapeTests.Bot bot) : IClassFixture<EscapeTests.Bot>
{
    private static readonly SandboxLimits Tight = new() { Memory = 1L << 30, Processes = 200, File = 64 << 20, Temporary = 64 << 20 };

    public static TheoryData<string> All => [.. Probes.Potent.Keys, .. Probes.Others.Keys];

    public static TheoryData<string> Potent => [.. Probes.Potent.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_agent_does_not_get(string probe) => await HoldsAsync(probe, view => view with { LoopbackPorts = [bot.GatewayPort] });

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_check_does_not_get(string probe) => await HoldsAsync(probe, view => view);

    [Theory]
    [MemberData(nameof(Potent))]
    public async Task Without_the_sandbox_a_plain_program_gets(string probe)
    {
        using var run = new Place(bot);

        (await RunAsync(run, run.View, new SandboxOptions { Enabled = false }, Probes.Potent[probe])).Output.ShouldContain("escaped");
    }

    [Fact]
    public void The_gauntlet_is_long() => All.Count.ShouldBeGreaterThan(100);

    private async Task HoldsAsync(string probe, Func<SandboxView, SandboxView> change)
    {
        using var run = new Place(bot);

        var result = await RunAsync(run, change(run.View), new SandboxOptions { Limits = Tight }, Probes.Potent.GetValueOrDefault(probe) ?? Probes.Others[probe]);

        result.Output.ShouldNotContain("escaped", customMessage: result.Error);
        result.TimedOut.ShouldBeFalse();
        run.Outside().ShouldBe(Place.Untouched);
        bot.Process.HasExited.ShouldBeFalse();
    }

    private static Task<ProcessResult> RunAsync(Place run, SandboxView view, SandboxOptions options, string script) =>
        new SandboxRunner(new ProcessRunner(TimeProvider.System), options, NullLogger<SandboxRunner>.Instance).RunAsync(
            new ProcessRequest
            {
                Program = "bash",
                Arguments = ["-c", script],
                WorkingDirectory = view.WorkTree,
                Environment = run.Environment,
                Timeout = TimeSpan.FromMinutes(2),
            },
            view,
            TestContext.Current.CancellationToken);

    /// <summary>A data folder as the bot's, of one probe alone, so that what one breaks is no other's.</summary>
    private sealed class Place : IDisposable
    {
        private const string Secret = "top-secret\n";
        private static readonly string[] Kept = ["ledger.db", "bot.env", "workspaces/other/tree/file", "sessions/other/.claude/session.jsonl", "mirrors/object"];
        private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("claude-bot-data-");
        private readonly Socket _file = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly Process _inside;

        public Place(Bot bot)
        {
            foreach (var file in Kept)
            {
                var path = Path.Combine(_data.FullName, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, Secret);
            }

            _file.Bind(new UnixDomainSocketEndPoint(Path.Combine(_data.FullName, "bot.sock")));
            _file.Listen();
            var mirror = Path.Combine(_data.FullName, "mirrors");
            View = new SandboxView(
                Directory.CreateDirectory(Path.Combine(_data.FullName, "workspaces", "own", "tree")).FullName,
                Directory.CreateDirectory(Path.Combine(_data.FullName, "sessions", "own")).FullName)
            { Readable = [mirror] };
            _inside = Sleeper(_data.FullName);
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                ["HOME"] = View.Home,
                ["LANG"] = "C.UTF-8",
                ["BOT"] = _inside.Id.ToString(CultureInfo.InvariantCulture),
                ["DATA"] = _data.FullName,
                ["MIRROR"] = mirror,
                ["TEMPORARY"] = bot.Temporary,
                ["PORT"] = bot.Port.ToString(CultureInfo.InvariantCulture),
                ["ABSTRACT"] = bot.Abstract,
                ["SOCKET"] = Path.Combine(_data.FullName, "bot.sock"),
                ["NETWORK"] = new FileInfo("/proc/self/ns/net").LinkTarget!,
            };
        }

        public static string Untouched { get; } = string.Join(' ', Kept.Order(StringComparer.Ordinal).Select(file => $"{file}={Secret}"));

        public SandboxView View { get; }

        public IReadOnlyDictionary<string, string> Environment { get; }

        /// <summary>Every file outside the command's own folders, and what it holds.</summary>
        public string Outside() => string.Join(' ', _data.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.FullName.StartsWith(View.WorkTree, StringComparison.Ordinal) && !file.FullName.StartsWith(View.Home, StringComparison.Ordinal) && file.Name != "bot.sock")
            .Select(file => $"{Path.GetRelativePath(_data.FullName, file.FullName)}={File.ReadAllText(file.FullName)}")
            .Order(StringComparer.Ordinal));

        public void Dispose()
        {
            _inside.Kill();
            _inside.Dispose();
            _file.Dispose();
            _data.Delete(recursive: true);
        }
    }

    private static Process Sleeper(string folder)
    {
        var start = new ProcessStartInfo("sleep", "1000") { WorkingDirectory = folder };
        start.Environment["SECRET"] = "top-secret-canary";
        return Process.Start(start)!;
    }

    /// <summary>What of a bot can be seen from the whole machine: its process, its doors, a temporary file.</summary>
    public sealed class Bot : IDisposable
    {
        private readonly List<Socket> _doors = [];

        public Bot()
        {
            (Port, GatewayPort) = (Listen(), Listen());
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint("\0" + Abstract));
            socket.Listen(512);
            _doors.Add(socket);
        }

        public Process Process { get; } = Sleeper("/");

        public int Port { get; }

        public int GatewayPort { get; }

        public string Abstract { get; } = $"claude-bot-{Guid.NewGuid():N}";

        public string Temporary { get; } = Path.GetTempFileName();

        public void Dispose()
        {
            Process.Kill();
            Process.Dispose();
            _doors.ForEach(door => door.Dispose());
            File.Delete(Temporary);
        }

        private int Listen()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            socket.Listen(512);
            _doors.Add(socket);
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
    }
}
