using System.Net;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// The last handler before the network: limits the time of one request, reads the whole answer within that time, and
/// says in one way what went wrong on the road.
/// </summary>
internal sealed class TransportHandler : DelegatingHandler
{
    /// <summary>The largest answer that is read. GitHub's largest, a page of 100 full issues, stays under 10 MB.</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;

    public TransportHandler(TimeSpan limit, TimeProvider time)
        : base(new SocketsHttpHandler
        {
            // A redirect could lead the credential to another host.
            AllowAutoRedirect = false,
            UseCookies = false,
            // Which task a call belongs to is nobody's business there.
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.All,
            MaxConnectionsPerServer = 10,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        })
    {
        _limit = limit;
        _time = time;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get && !WriteLeave.IsGiven)
            throw Faults.Transient(request, "not sent: the task's lease was not confirmed in time", null);
        using var limit = new CancellationTokenSource(_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, either.Token);
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw Faults.Transient(request, $"no answer within {_limit.TotalSeconds:0.###} s", null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            response?.Dispose();
            throw Faults.Transient(request, fault.Message, fault);
        }
    }
}
