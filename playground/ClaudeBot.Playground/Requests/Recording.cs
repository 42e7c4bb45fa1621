using System.Collections.Immutable;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.Requests;

/// <summary>Keeps request and answer before the answer leaves, so that whoever has the answer finds it in the log.</summary>
internal sealed class Recording(RequestLog log, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request, context.RequestAborted);
        request.Position = 0;
        context.Request.Body = request;

        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(wire);
        }

        var dropped = context.Features.Get<AppliedFault>() is { IsDropped: true };
        log.Add(number => Describe(number, context, request, dropped ? [] : answer.ToArray(), dropped));
        if (!dropped && answer.Length > 0 && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = answer.Length;
            await wire.Stream.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), context.RequestAborted);
        }
    }

    private RecordedExchange Describe(long number, HttpContext context, MemoryStream request, byte[] answer, bool dropped) => new(
        number, time.GetUtcNow(), context.Features.Get<Caller>()?.Account?.Login, context.Request.Method,
        RawPath(context), context.Request.QueryString.Value?.TrimStart('?') ?? "",
        context.GetEndpoint()?.Metadata.GetMetadata<ApiRoute>()?.Template,
        Headers(context.Request.Headers), [.. request.ToArray()], dropped ? 0 : context.Response.StatusCode,
        Headers(context.Response.Headers), [.. answer], context.Features.Get<AppliedFault>()?.Name);

    private static string RawPath(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? raw : raw[..end];
        return path.StartsWith(Addresses.ApiPath, StringComparison.Ordinal) ? path[Addresses.ApiPath.Length..] : path;
    }

    private static ImmutableDictionary<string, string> Headers(IHeaderDictionary headers) =>
        headers.Where(header => !header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            .ToImmutableDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}
