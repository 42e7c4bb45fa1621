using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeBot.Hosting;

/// <summary>A listening port with routes of its own.</summary>
public enum Door
{
    Webhooks,
    Metrics,
    Status,
}

/// <summary>
/// The open doors. A connection is stamped with its door where it is accepted; routes carry their door as metadata. The
/// <c>Host</c> header plays no part: whoever calls can write into it what he likes.
/// </summary>
public sealed class Doors
{
    private readonly Dictionary<Door, ListenOptions> _open = [];

    /// <summary>Opens a door when the server starts.</summary>
    /// <param name="port">0 takes a free port.</param>
    public void Open(KestrelServerOptions server, Door door, IPAddress address, int port) =>
        server.Listen(address, port, listen =>
        {
            _open[door] = listen;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new DoorFeature(door));
                return next(connection);
            });
        });

    /// <summary>The real ports, once the server listens.</summary>
    public IReadOnlyDictionary<Door, int> Ports => _open.ToDictionary(pair => pair.Key, pair => pair.Value.IPEndPoint!.Port);

    internal static Door? Of(IFeatureCollection features) => features.Get<DoorFeature>()?.Door;

    private sealed record DoorFeature(Door Door);
}
