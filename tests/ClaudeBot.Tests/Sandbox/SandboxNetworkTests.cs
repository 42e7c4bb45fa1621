using System.Net;
using System.Net.Sockets;
using System.Text;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>What a sandboxed command reaches by its doors.</summary>
public sealed class SandboxNetworkTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-sandbox-");
    private readonly Socket _service = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public SandboxNetworkTests()
    {
        _service.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _service.Listen();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_service.LocalEndPoint!).Port;

    public void Dispose()
    {
        _service.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_service_that_the_view_names_is_reached_under_its_own_port_in_both_directions_at_once()
    {
        var served = EchoAsync();

        var result = await RunAsync($"exec 3<>/dev/tcp/127.0.0.1/{Port}; echo hello >&3; read -r line <&3; echo \"$line\"", view => view with { LoopbackPorts = [Port] });

        result.Output.ShouldBe("hello\n", result.Error);
        await served;
    }

    [Fact]
    public async Task A_service_that_it_does_not_name_is_not()
    {
        var result = await RunAsync($"exec 3<>/dev/tcp/127.0.0.1/{Port}", view => view with { LoopbackPorts = [Port == 65535 ? 1024 : Port + 1] });

        result.Succeeded.ShouldBeFalse();
        result.Error.ShouldContain("Connection refused");
    }

    [Fact]
    public async Task A_command_waits_for_no_process_but_its_own_and_its_environment_has_nothing_of_the_doors()
    {
        var result = await RunAsync("sleep 0 & wait; env | cut -d= -f1 | grep -v ^_ | sort | tr '\\n' ' '; ps -o args= --ppid $$ 2> /dev/null | grep -c [s]ocat", view => view with { LoopbackPorts = [Port] });

        result.Output.ShouldBe("CLAUDE_BOT_RUN HOME PATH PWD SHLVL 0\n", result.Error);
    }

    [Fact]
    public async Task With_hosts_allowed_the_proxy_stands_in_the_environment_and_what_it_refuses_is_told()
    {
        var blocked = new List<string>();

        var result = await RunAsync(
            """
            echo $HTTP_PROXY $HTTPS_PROXY $http_proxy $https_proxy $NO_PROXY
            exec 3<>/dev/tcp/127.0.0.1/${HTTP_PROXY##*:}
            printf 'CONNECT evil.example:443 HTTP/1.1\r\n\r\n' >&3
            cat <&3
            """,
            view => view with { OnBlocked = blocked.Add },
            new SandboxOptions { EgressAllow = ["registry.example"] });

        result.Output.ShouldStartWith("http://127.0.0.1:3128 http://127.0.0.1:3128 http://127.0.0.1:3128 http://127.0.0.1:3128 localhost,127.0.0.1,::1\nHTTP/1.1 403 Forbidden", customMessage: result.Error);
        result.Output.ShouldContain("EGRESS_ALLOW");
        blocked.ShouldBe(["evil.example:443"]);
    }

    [Fact]
    public async Task The_proxy_leads_to_no_service_of_this_machine()
    {
        var blocked = new List<string>();

        var result = await RunAsync(
            """
            exec 3<>/dev/tcp/127.0.0.1/3128
            printf 'GET http://localhost/ HTTP/1.1\r\n\r\n' >&3
            cat <&3
            """,
            view => view with { OnBlocked = blocked.Add },
            new SandboxOptions { EgressAllow = ["localhost"] });

        result.Output.ShouldContain("localhost:80 has no public address");
        blocked.ShouldBe(["localhost:80"]);
    }

    [Fact]
    public async Task Nothing_of_the_doors_is_left_after_the_run()
    {
        var before = Doors();

        await RunAsync("true", view => view with { LoopbackPorts = [Port] });

        // Other tests' doors come and go; this run's would be the one that leads to this test's port.
        Doors().Except(before).ShouldNotContain(folder => File.Exists(Path.Combine(folder, $"{Port}")));
    }

    private static string[] Doors() => Directory.GetDirectories(Path.GetTempPath(), "claude-bot-doors-*");

    private async Task EchoAsync()
    {
        using var client = await _service.AcceptAsync(Token);
        var buffer = new byte[64];
        var count = await client.ReceiveAsync(buffer, Token);
        Encoding.ASCII.GetString(buffer, 0, count).ShouldBe("hello\n");
        await client.SendAsync(buffer.AsMemory(0, count), Token);
    }

    private Task<ProcessResult> RunAsync(string script, Func<SandboxView, SandboxView> change, SandboxOptions? options = null)
    {
        var view = new SandboxView(
            Directory.CreateDirectory(Path.Combine(_folder.FullName, "tree")).FullName,
            Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName);
        return new SandboxRunner(new ProcessRunner(TimeProvider.System), options ?? new SandboxOptions(), NullLogger<SandboxRunner>.Instance).RunAsync(
            new ProcessRequest
            {
                Program = "bash",
                Arguments = ["-c", script],
                WorkingDirectory = view.WorkTree,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = view.Home },
                Timeout = TimeSpan.FromMinutes(1),
            },
            change(view),
            Token);
    }
}
