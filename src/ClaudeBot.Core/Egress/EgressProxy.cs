using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClaudeBot.Egress;

/// <summary>
/// A forward proxy to the hosts of a list: TLS to port 443 by <c>CONNECT</c>, plain HTTP to port 80. It resolves the name
/// itself, once, and connects to the address it has looked at, which must be a public one.
/// </summary>
public sealed class EgressProxy(EgressAllowList allowed, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    internal Func<IPEndPoint, CancellationToken, Task<Socket>> Connect { get; init; } = ConnectAsync;

    /// <summary>Serves one connection to its end; the socket stays the caller's.</summary>
    /// <param name="onBlocked">Told <c>host:port</c> of what is refused because of the list or its address.</param>
    public async Task ServeAsync(Socket client, Action<string> onBlocked, CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(client);
        using var patience = new CancellationTokenSource(Patience, time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (await ProxyRequest.ReadAsync(stream, opening.Token) is not { } request)
            {
                await AnswerAsync(stream, "400 Bad Request", "Not a request that a forward proxy takes.", opening.Token);
                return;
            }

            using var server = await OpenAsync(stream, request, onBlocked, opening.Token);
            if (server is not null)
                await Relay.RunAsync(client, server, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // One of the two went away, or did not speak in time; there is nobody to tell.
        }
    }

    /// <summary>Null when the request is refused; the client has been told by then.</summary>
    private async Task<Socket?> OpenAsync(NetworkStream client, ProxyRequest request, Action<string> onBlocked, CancellationToken cancellationToken)
    {
        var name = $"{request.Host}:{request.Port}";
        if (!allowed.Contains(request.Host) || request.Port != (request.IsTunnel ? 443 : 80))
            return await RefuseAsync($"{name} is not allowed: only the hosts of EGRESS_ALLOW, by https on port 443 or http on port 80.");

        Socket server;
        try
        {
            var addresses = await Resolve(request.Host, cancellationToken);
            if (addresses.FirstOrDefault(PublicAddress.Is) is not { } address)
                return await RefuseAsync($"{name} has no public address.");
            server = await Connect(new IPEndPoint(address, request.Port), cancellationToken);
        }
        catch (SocketException fault)
        {
            await AnswerAsync(client, "502 Bad Gateway", $"{name}: {fault.Message}", cancellationToken);
            return null;
        }

        var begun = false;
        try
        {
            begun = await BeginAsync(client, request, server, cancellationToken);
        }
        finally
        {
            if (!begun)
                server.Dispose();
        }

        if (!begun)
            onBlocked(name);
        return begun ? server : null;

        async Task<Socket?> RefuseAsync(string reason)
        {
            onBlocked(name);
            await AnswerAsync(client, "403 Forbidden", reason, cancellationToken);
            return null;
        }
    }

    /// <summary>False when what goes through the tunnel is not TLS to the host that it was opened for.</summary>
    private static async Task<bool> BeginAsync(NetworkStream client, ProxyRequest request, Socket server, CancellationToken cancellationToken)
    {
        if (!request.IsTunnel)
        {
            await server.SendAsync(request.Head, cancellationToken);
            await server.SendAsync(request.Rest, cancellationToken);
            return true;
        }

        // Clients wait for the answer before they speak: bytes before it would be somebody's trick.
        if (request.Rest.Length > 0)
            return false;
        await client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), cancellationToken);
        if (await ClientHello.ReadAsync(client, cancellationToken) is not { ServerName: { } name } hello
            || EgressAllowList.Normal(name) != EgressAllowList.Normal(request.Host))
            return false;
        await server.SendAsync(hello.Record, cancellationToken);
        return true;
    }

    private static async Task AnswerAsync(NetworkStream client, string status, string text, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(text + "\n");
        await client.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), cancellationToken);
        await client.WriteAsync(body, cancellationToken);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
