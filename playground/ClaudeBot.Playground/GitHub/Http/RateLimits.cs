using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>
/// The primary rate limit, for each caller by himself, over windows of an hour unless <see cref="Window"/> says otherwise:
/// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
/// </summary>
public sealed class RateLimits
{
    private readonly ConcurrentDictionary<string, Usage> usages = new();
    private readonly TimeProvider time;
    private volatile int limit;

    internal RateLimits(int limit, TimeProvider time) => (this.limit, this.time) = (limit, time);

    /// <summary>Requests per hour and caller; a change counts at once.</summary>
    public int Limit
    {
        get => limit;
        set => limit = value;
    }

    /// <summary>How long a window is that begins from now on.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var caller = context.Features.GetRequiredFeature<Caller>();
        var isFree = context.GetEndpoint()?.Metadata.GetMetadata<ApiRoute>()?.Template == "/rate_limit";
        if (!isFree && !TryTake(caller.Key))
        {
            WriteHeaders(context, caller.Key);
            var who = caller.Account is null ? "" : string.Create(CultureInfo.InvariantCulture, $" for user ID {caller.Account.Id}");
            await Answer.Error(403, $"API rate limit exceeded{who}.").WriteAsync(context);
            return;
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status304NotModified)
        {
            GiveBack(caller.Key);
        }

        WriteHeaders(context, caller.Key);
    }

    internal JsonObject Describe(string key)
    {
        var (used, reset) = Look(key);
        return new JsonObject { ["limit"] = limit, ["used"] = used, ["remaining"] = Math.Max(0, limit - used), ["reset"] = reset.ToUnixTimeSeconds(), ["resource"] = "core" };
    }

    private bool TryTake(string key)
    {
        var usage = usages.AddOrUpdate(key, _ => Fresh(1), (_, old) => old.Reset <= time.GetUtcNow() ? Fresh(1) : old with { Used = old.Used + 1 });
        return usage.Used <= limit;
    }

    private void GiveBack(string key) => usages.AddOrUpdate(key, _ => Fresh(0), (_, old) => old with { Used = Math.Max(0, old.Used - 1) });

    private Usage Fresh(int used) => new(used, time.GetUtcNow() + Window);

    private Usage Look(string key)
    {
        var usage = usages.TryGetValue(key, out var known) && known.Reset > time.GetUtcNow() ? known : Fresh(0);
        return usage with { Used = Math.Min(usage.Used, limit) };
    }

    private void WriteHeaders(HttpContext context, string key)
    {
        var (used, reset) = Look(key);
        var headers = context.Response.Headers;
        headers["x-ratelimit-limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining"] = Math.Max(0, limit - used).ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-used"] = used.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-resource"] = "core";
    }

    private sealed record Usage(int Used, DateTimeOffset Reset);
}
