using System.Net;
using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The port of a status web that stands alone: a status web answers there, or it is free.</summary>
internal sealed class StatusDoorExamination(BotConfiguration configuration) : IExamination
{
    public string Subject => "ports";

    public async IAsyncEnumerable<Finding> LookAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (configuration.Get(DoorSettings.StatusPort) is not { } port)
        {
            yield return Finding.Fault(Subject, FaultKind.Configuration, "STATUS_PORT is off, and 'web' has nothing else to do", "Give it a port");
            yield break;
        }

        var address = configuration.Get(DoorSettings.BindAddress)!;
        if (port == 0 || PortsExamination.Objection(Subject, address, port) is not { } objection)
            yield return Finding.Ok(Subject, $"STATUS_PORT: {(port == 0 ? "any free one" : $"{port} is free, so no status web runs here now")}");
        else if (await HealthAnswer.TroubleAsync(Health(address, port), cancellationToken) is null)
            yield return Finding.Ok(Subject, $"STATUS_PORT: a status web answers on {port}");
        else
            yield return objection with { What = $"STATUS_PORT: {objection.What}" };
    }

    // What listens on all addresses is asked on this machine's own.
    private static Uri Health(string address, int port)
    {
        var own = IPAddress.TryParse(address, out var given) && !given.Equals(IPAddress.Any) && !given.Equals(IPAddress.IPv6Any) ? given : IPAddress.Loopback;
        return new UriBuilder(Uri.UriSchemeHttp, own.ToString(), port, "/health").Uri;
    }
}
