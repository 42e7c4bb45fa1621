using System.Net.Sockets;

namespace ClaudeBot.Egress;

/// <summary>Carries bytes between two connections.</summary>
public static class Relay
{
    /// <summary>Runs until both sides have ended, each in its own time, or one is lost. The sockets stay the caller's.</summary>
    public static async Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Both before either runs: no stream can be made of a socket that is half closed.
        await using var first = new NetworkStream(one);
        await using var second = new NetworkStream(other);
        await Task.WhenAll(CarryAsync(first, second, lost), CarryAsync(second, first, lost));
    }

    private static async Task CarryAsync(NetworkStream from, NetworkStream to, CancellationTokenSource lost)
    {
        try
        {
            await from.CopyToAsync(to, lost.Token);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await lost.CancelAsync();
        }
    }
}
