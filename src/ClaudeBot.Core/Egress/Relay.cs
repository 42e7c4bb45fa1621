using System.Net.Sockets;

namespace ClaudeBot.Egress;

/// <summary>Carries bytes between two connections.</summary>
public static class Relay
{
    /// <summary>Runs until both sides have ended, each in its own time, or one is lost. The sockets stay the caller's.</summary>
    public static async Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(CarryAsync(one, other, lost), CarryAsync(other, one, lost));
    }

    private static async Task CarryAsync(Socket from, Socket to, CancellationTokenSource lost)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            await source.CopyToAsync(target, lost.Token);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await lost.CancelAsync();
        }
    }
}
