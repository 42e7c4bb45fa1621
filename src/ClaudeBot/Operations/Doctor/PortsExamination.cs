using System.Net;
using System.Net.Sockets;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The ports that the bot listens on are its own, or free.</summary>
internal sealed class PortsExamination(BotConfiguration configuration) : IExamination
{
    public string Subject => "ports";

    public IAsyncEnumerable<Finding> LookAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        var bot = DataFolderLock.IsTaken(configuration.DataDirectory) ? RunningBot.Read(configuration.DataDirectory) : null;
        var address = configuration.Get(DoorSettings.BindAddress)!;
        foreach (var (door, own) in new[] { (DoorSettings.WebhookPort, bot?.WebhookPort), (DoorSettings.MetricsPort, bot?.MetricsPort), (DoorSettings.StatusPort, bot?.StatusPort) })
        {
            if (configuration.Get(door) is not { } port)
                yield return Finding.Ok(Subject, $"{door.Name} is off");
            else if (own is not null)
                yield return Finding.Ok(Subject, $"{door.Name}: the running bot listens on {own}");
            else if (port == 0 || Objection(Subject, address, port) is not { } objection)
                yield return Finding.Ok(Subject, $"{door.Name}: {(port == 0 ? "any free one" : $"{port} is free")}");
            else
                yield return objection with { What = $"{door.Name}: {objection.What}" };
        }
    }

    /// <summary>Why nothing can listen there now; null when something can.</summary>
    internal static Finding? Objection(string subject, string address, int port)
    {
        if (!IPAddress.TryParse(address, out var own))
            return null; // The configuration's fault is told already.
        try
        {
            using var listener = new TcpListener(own, port);
            listener.Start();
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => Finding.Fault(subject, FaultKind.Unavailable, $"another program listens on {port}", $"Stop it (ss -ltnp 'sport = :{port}' tells which), or choose another port"),
                SocketError.AccessDenied => Finding.Fault(subject, FaultKind.Unavailable, $"this user may not listen on {port}", "Choose a port from 1024 on, with a proxy before it"),
                SocketError.AddressNotAvailable => Finding.Fault(subject, FaultKind.Configuration, $"this machine has no address {address}", "Correct BIND_ADDRESS"),
                _ => Finding.Fault(subject, FaultKind.Unavailable, $"{port} cannot be opened: {error.Message}", "Choose another port"),
            };
        }
    }
}
