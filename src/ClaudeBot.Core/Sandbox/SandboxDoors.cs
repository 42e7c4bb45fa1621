using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ClaudeBot.Egress;

namespace ClaudeBot.Sandbox;

/// <summary>
/// The ways out of one sandbox, which has no network: for each port of its loopback a Unix socket, in a folder that it
/// is shown, and behind that a service of ours.
/// </summary>
internal sealed class SandboxDoors : IAsyncDisposable
{
    /// <summary>Connections of one door at the same time; the bot's own descriptors are at stake.</summary>
    private const int MostConnections = 256;

    private readonly CancellationTokenSource _end = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _serving = [];
    private readonly DirectoryInfo _folder;

    private SandboxDoors(DirectoryInfo folder) => _folder = folder;

    /// <summary>Holds the sockets, each called by its port.</summary>
    public string Folder => _folder.FullName;

    public List<int> Ports { get; } = [];

    /// <summary>The port of the proxy to the hosts that are allowed; null when there is none.</summary>
    public int? ProxyPort { get; private set; }

    public static SandboxDoors Open(SandboxView view, EgressProxy? egress)
    {
        // A socket's path is 107 bytes at most, so not beside the work tree. Only this user may enter.
        var doors = new SandboxDoors(OwnedFolder.Create("doors"));
        foreach (var port in view.LoopbackPorts)
            doors.Add(port, (client, token) => ToLoopbackAsync(client, port, token));
        if (egress is not null)
        {
            doors.ProxyPort = Enumerable.Range(3128, view.LoopbackPorts.Count + 1).First(port => !view.LoopbackPorts.Contains(port));
            doors.Add(doors.ProxyPort.Value, (client, token) => egress.ServeAsync(client, view.OnBlocked ?? (_ => { }), token));
        }

        return doors;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_serving);
        _end.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Add(int port, Func<Socket, CancellationToken, Task> serve)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listeners.Add(listener);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture))));
        listener.Listen();
        Ports.Add(port);
        _serving.Add(AcceptAsync(listener, serve));
    }

    private async Task AcceptAsync(Socket listener, Func<Socket, CancellationToken, Task> serve)
    {
        using var room = new SemaphoreSlim(MostConnections);
        var open = new List<Task>();
        try
        {
            while (true)
            {
                await room.WaitAsync(_end.Token);
                var client = await listener.AcceptAsync(_end.Token);
                open.RemoveAll(task => task.IsCompleted);
                open.Add(ServeAsync(client, serve, room));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket client, Func<Socket, CancellationToken, Task> serve, SemaphoreSlim room)
    {
        using (client)
            await serve(client, _end.Token);
        room.Release();
    }

    private static async Task ToLoopbackAsync(Socket client, int port, CancellationToken cancellationToken)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await Relay.RunAsync(client, server, cancellationToken);
        }
        catch (Exception fault) when (fault is SocketException or IOException or OperationCanceledException)
        {
            // To the command the connection ends, as it would with a service that has gone.
        }
    }
}
