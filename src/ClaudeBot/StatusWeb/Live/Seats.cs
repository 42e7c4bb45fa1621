using ClaudeBot.StatusWeb.Api;

namespace ClaudeBot.StatusWeb.Live;

/// <summary>How many may listen at a time, to whichever stream.</summary>
internal sealed class Seats(StatusWebOptions options) : IDisposable
{
    /// <summary>After that a listener is to come back by itself; one whose machine died does not, and its seat is free.</summary>
    public static readonly TimeSpan LongestStay = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _free = new(options.MostListeners);

    /// <summary>Null: there was a seat, and it is free again when the answer is over. Else the refusal.</summary>
    public IResult? Take(HttpContext http)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            http.Response.Headers.RetryAfter = "30";
            return StatusApi.Error(StatusCodes.Status503ServiceUnavailable, "Too many listeners; come again in half a minute, or read /api/tasks/{id}");
        }

        http.Response.OnCompleted(() =>
        {
            _free.Release();
            return Task.CompletedTask;
        });
        return null;
    }

    public void Dispose() => _free.Dispose();
}
