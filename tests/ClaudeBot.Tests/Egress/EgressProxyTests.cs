using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ClaudeBot.Egress;

namespace ClaudeBot.Tests.Egress;

/// <summary>The proxy over a real socket; names, addresses and what is behind them are the test's.</summary>
public sealed class EgressProxyTests : IDisposable
{
    private const string Public = "93.184.215.14";
    private readonly List<string> _blocked = [];
    private readonly List<IPEndPoint> _connected = [];
    private readonly List<string> _resolved = [];
    private readonly Socket _origin = Listener();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _origin.Dispose();

    [Fact]
    public async Task Plain_http_to_an_allowed_host_reaches_the_address_that_was_looked_at_with_nothing_for_the_proxy_in_it()
    {
        var origin = AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

        var answer = await AskAsync("POST http://pkg.example.com/a?b=c HTTP/1.1\r\nHost: inside.example\r\nProxy-Authorization: Basic x\r\nConnection: keep-alive\r\nContent-Length: 4\r\nX-Own: 1\r\n\r\nbody", [Public]);

        answer.ShouldEndWith("hi");
        (await origin).ShouldBe("POST /a?b=c HTTP/1.1\r\nHost: pkg.example.com\r\nContent-Length: 4\r\nX-Own: 1\r\nConnection: close\r\n\r\nbody");
        _connected.ShouldBe([new IPEndPoint(IPAddress.Parse(Public), 80)]);
        _resolved.ShouldBe(["pkg.example.com"]);
        _blocked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("CONNECT evil.example:443 HTTP/1.1", "evil.example:443")]
    [InlineData("CONNECT pkg.example.com.evil.example:443 HTTP/1.1", "pkg.example.com.evil.example:443")]
    [InlineData("CONNECT notpkg.example.com:443 HTTP/1.1", "notpkg.example.com:443")]
    [InlineData("CONNECT wild.example:443 HTTP/1.1", "wild.example:443")]
    [InlineData("CONNECT pkg.example.com:22 HTTP/1.1", "pkg.example.com:22")]
    [InlineData("CONNECT pkg.example.com:80 HTTP/1.1", "pkg.example.com:80")]
    [InlineData("CONNECT 169.254.169.254:443 HTTP/1.1", "169.254.169.254:443")]
    [InlineData("CONNECT [::1]:443 HTTP/1.1", "::1:443")]
    [InlineData("GET http://evil.example/ HTTP/1.1", "evil.example:80")]
    [InlineData("GET http://pkg.example.com:8080/ HTTP/1.1", "pkg.example.com:8080")]
    [InlineData("GET http://pkg.example.com:443/ HTTP/1.1", "pkg.example.com:443")]
    [InlineData("GET http://127.0.0.1/ HTTP/1.1", "127.0.0.1:80")]
    [InlineData("GET http://2130706433/ HTTP/1.1", "127.0.0.1:80")]
    public async Task What_is_not_on_the_list_is_refused_before_its_name_is_resolved_and_told(string request, string blocked)
    {
        var answer = await AskAsync($"{request}\r\nHost: pkg.example.com\r\n\r\n", [Public]);

        answer.ShouldStartWith("HTTP/1.1 403 Forbidden\r\n");
        answer.ShouldContain("EGRESS_ALLOW");
        _blocked.ShouldBe([blocked]);
        _resolved.ShouldBeEmpty();
        _connected.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.100.100.200")]
    [InlineData("169.254.169.254")]
    [InlineData("192.0.0.192")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1:2:3:4:5:6")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task An_allowed_name_that_leads_inside_is_refused(string address)
    {
        var answer = await AskAsync("CONNECT pkg.example.com:443 HTTP/1.1\r\n\r\n", [address]);

        answer.ShouldStartWith("HTTP/1.1 403 Forbidden\r\n");
        _blocked.ShouldBe(["pkg.example.com:443"]);
        _connected.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2606:4700::6810:1")]
    [InlineData("::ffff:93.184.215.14")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    public void Public_addresses_are_public(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public async Task A_name_with_an_inner_and_a_public_address_is_reached_at_the_public_one_by_a_single_look()
    {
        _ = AnswerAsync("HTTP/1.1 204 No Content\r\n\r\n");

        (await AskAsync("GET http://pkg.example.com/ HTTP/1.1\r\n\r\n", ["127.0.0.1", Public])).ShouldStartWith("HTTP/1.1 204");

        _resolved.ShouldHaveSingleItem();
        _connected.Single().Address.ShouldBe(IPAddress.Parse(Public));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: pkg.example.com\r\n\r\n")]
    [InlineData("GET https://pkg.example.com/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET ftp://pkg.example.com/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://user@pkg.example.com/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://pkg.example.com/ HTTP/2.0\r\n\r\n")]
    [InlineData("GET http://pkg.example.com/\tHTTP/1.1 HTTP/1.1 x\r\n\r\n")]
    [InlineData("GET http://pkg.example.com/ HTTP/1.1\r\nX: a\nGET http://evil.example/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://pkg.example.com/ HTTP/1.1\r\nX: a\r\n folded\r\n\r\n")]
    [InlineData("GET http://pkg.example.com/ HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("CONNECT pkg.example.com HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT :443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT \u001b[31m:443 HTTP/1.1\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    public async Task What_is_no_request_for_a_proxy_is_refused(string request)
    {
        (await AskAsync(request, [Public])).ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");

        _connected.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pkg.example.com", "pkg.example.com")]
    [InlineData("PKG.example.COM.", "pkg.example.com")]
    [InlineData("a.wild.example", "a.wild.example")]
    public async Task Tls_to_the_host_of_the_tunnel_passes_byte_for_byte(string host, string serverName)
    {
        var hello = HelloAtOriginAsync();

        await TunnelAsync(host, stream => new SslStream(stream).AuthenticateAsClientAsync(serverName));

        (await hello).ShouldBe(serverName);
        _blocked.ShouldBeEmpty();
        _connected.Single().Port.ShouldBe(443);
    }

    [Fact]
    public async Task Tls_to_another_host_inside_the_tunnel_is_cut_off()
    {
        await TunnelAsync("pkg.example.com", stream => new SslStream(stream).AuthenticateAsClientAsync("evil.example"));

        _blocked.ShouldBe(["pkg.example.com:443"]);
        ReachedOrigin().ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_not_tls_inside_the_tunnel_is_cut_off()
    {
        await TunnelAsync("pkg.example.com", async stream =>
        {
            await stream.WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), Token);
            throw (await stream.ReadAsync(new byte[1], Token)) == 0 ? new IOException("cut off") : new InvalidOperationException("it went on");
        });

        _blocked.ShouldBe(["pkg.example.com:443"]);
        ReachedOrigin().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_said_to_be_so_and_not_called_blocked()
    {
        (await AskAsync("CONNECT pkg.example.com:443 HTTP/1.1\r\n\r\n", [])).ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");

        _blocked.ShouldBeEmpty();
    }

    private EgressProxy Proxy(string[] addresses) => new(new EgressAllowList(["pkg.example.com", "*.wild.example"]), TimeProvider.System)
    {
        Resolve = (host, _) =>
        {
            _resolved.Add(host);
            return addresses.Length > 0 ? Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()) : throw new SocketException((int)SocketError.HostNotFound);
        },
        Connect = async (target, token) =>
        {
            _connected.Add(target);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_origin.LocalEndPoint!, token);
            return socket;
        },
    };

    private async Task<string> AskAsync(string request, string[] addresses)
    {
        var (client, server) = await PairAsync();
        using (client)
        {
            var served = ServeAsync(Proxy(addresses), server);
            using var reader = new StreamReader(new NetworkStream(client), Encoding.Latin1);
            await client.SendAsync(Encoding.Latin1.GetBytes(request), Token);
            client.Shutdown(SocketShutdown.Send);
            var answer = await reader.ReadToEndAsync(Token);
            await served;
            return answer;
        }
    }

    /// <summary>Opens a tunnel and speaks in it; what is said there ends in an error, since nobody answers.</summary>
    private async Task TunnelAsync(string host, Func<Stream, Task> speak)
    {
        var (client, server) = await PairAsync();
        var served = ServeAsync(Proxy([Public]), server);
        using (client)
        {
            var stream = new NetworkStream(client);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {host}:443 HTTP/1.1\r\n\r\n"), Token);
            var answer = new byte["HTTP/1.1 200 Connection established\r\n\r\n".Length];
            await stream.ReadExactlyAsync(answer, Token);
            Encoding.ASCII.GetString(answer).ShouldStartWith("HTTP/1.1 200");
            var fault = await Should.ThrowAsync<Exception>(() => speak(stream));
            (fault is IOException or AuthenticationException).ShouldBeTrue(fault.ToString());
        }

        await served;
    }

    private async Task ServeAsync(EgressProxy proxy, Socket server)
    {
        using (server)
            await proxy.ServeAsync(server, _blocked.Add, Token);
    }

    private async Task<string> AnswerAsync(string answer)
    {
        using var socket = await _origin.AcceptAsync(Token);
        await using var stream = new NetworkStream(socket);
        var got = await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(Token);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Token);
        return got;
    }

    private async Task<string?> HelloAtOriginAsync()
    {
        using var socket = await _origin.AcceptAsync(Token);
        return (await ClientHello.ReadAsync(new NetworkStream(socket), Token))?.ServerName;
    }

    /// <summary>Whether a byte came: the connection itself is made before the tunnel is opened.</summary>
    private bool ReachedOrigin()
    {
        using var socket = _origin.Accept();
        return socket.Receive(new byte[1]) > 0;
    }

    private static async Task<(Socket Client, Socket Server)> PairAsync()
    {
        using var listener = Listener();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, Token);
        return (client, await listener.AcceptAsync(Token));
    }

    private static Socket Listener()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }
}
