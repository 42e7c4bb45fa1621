namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Counts the writes that make content, which GitHub limits by themselves: "no more than 80 content-generating requests
/// per minute and no more than 500 content-generating requests per hour" (rate limits for the REST API, "About
/// secondary rate limits"). Labels are no content. Thread-safe.
/// </summary>
/// <param name="perMinute">Null: no limit.</param>
/// <param name="perHour">Null: no limit.</param>
internal sealed class ContentWrites(int? perMinute, int? perHour, TimeProvider time)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<DateTimeOffset> _sent = [];

    public bool AreLimited => perMinute is not null || perHour is not null;

    /// <summary>How much of the tighter limit is used, 0 to 1.</summary>
    public double UsedShare
    {
        get
        {
            lock (_lock)
            {
                var now = Forget();
                return Math.Max(Share(perMinute, _sent.Count(at => at > now - Minute)), Share(perHour, _sent.Count));
            }
        }
    }

    public static bool IsOne(HttpRequestMessage request) =>
        (request.Method == HttpMethod.Post || request.Method == HttpMethod.Patch || request.Method == HttpMethod.Put)
        && request.RequestUri?.AbsolutePath.EndsWith("/labels", StringComparison.Ordinal) == false;

    /// <summary>When the next one may be sent; a time that has passed when it may be sent now.</summary>
    public DateTimeOffset NextAt()
    {
        lock (_lock)
        {
            Forget();
            var byMinute = Free(perMinute, Minute);
            var byHour = Free(perHour, Hour);
            return byMinute > byHour ? byMinute : byHour;
        }
    }

    public void Count()
    {
        lock (_lock)
            _sent.Add(time.GetUtcNow());
    }

    private static double Share(int? limit, int used) => limit is { } most ? (double)used / most : 0;

    private DateTimeOffset Free(int? limit, TimeSpan window) =>
        limit is { } most && _sent.Count >= most ? _sent[^most] + window : DateTimeOffset.MinValue;

    private DateTimeOffset Forget()
    {
        var now = time.GetUtcNow();
        _sent.RemoveAll(at => at <= now - Hour);
        return now;
    }
}
