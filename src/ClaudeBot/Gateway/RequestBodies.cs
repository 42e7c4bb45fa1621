using System.Runtime.CompilerServices;
using ClaudeBot.Agents;

namespace ClaudeBot.Gateway;

/// <summary>Reads the bodies of calls. They are kept while a call is under way, so each run has a bound for all of its calls.</summary>
/// <param name="longest">Longest body, in bytes; a run may have twice as much under way.</param>
internal sealed class RequestBodies(long longest)
{
    private readonly ConditionalWeakTable<GatewayGrant, StrongBox<long>> _held = [];

    /// <summary>Takes room for a body, until it is disposed of; null when the run has none left.</summary>
    public IDisposable? Take(GatewayGrant grant, HttpRequest request)
    {
        var held = _held.GetValue(grant, _ => new StrongBox<long>());
        // A body over the limit is refused before it is read.
        var bytes = Math.Min(request.ContentLength ?? longest, longest);
        if (Interlocked.Add(ref held.Value, bytes) <= 2 * longest)
            return new Share(held, bytes);
        Interlocked.Add(ref held.Value, -bytes);
        return null;
    }

    /// <summary>The whole body; null when it is too long.</summary>
    public async Task<ArraySegment<byte>?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > longest)
            return null;
        try
        {
            using var body = new MemoryStream((int)(request.ContentLength ?? 0));
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            return new ArraySegment<byte>(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    /// <summary>A body that was read, to be read again.</summary>
    public static Stream Stream(ArraySegment<byte> body) => new MemoryStream(body.Array!, body.Offset, body.Count, writable: false);

    private sealed class Share(StrongBox<long> held, long bytes) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref held.Value, -bytes);
    }
}
