using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>Gives every good GET a weak ETag of its body and its reader, and answers 304 to who has it already.</summary>
internal static class EntityTags
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var outer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await next(context);
        context.Features.Set(outer);

        var response = context.Response;
        if (HttpMethods.IsGet(context.Request.Method) && response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = Tag(body, context.Features.GetRequiredFeature<Caller>().Key);
            response.Headers.ETag = tag;
            response.Headers.CacheControl = "private, max-age=60, s-maxage=60";
            response.Headers.Vary = "Accept, Authorization, Cookie";
            if (IsKnown(context, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.Headers.ContentType = default;
                return;
            }
        }

        await outer.Stream.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }

    private static string Tag(MemoryStream body, string key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return $"W/\"{Convert.ToHexStringLower(hash.GetHashAndReset())}\"";
    }

    private static bool IsKnown(HttpContext context, string tag)
    {
        var known = context.Request.Headers.IfNoneMatch;
        if (known.Count > 0)
        {
            return known.SelectMany(value => (value ?? "").Split(',')).Any(value => Opaque(value) == Opaque(tag));
        }

        return DateTimeOffset.TryParse(context.Request.Headers.IfModifiedSince, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            && DateTimeOffset.TryParse(context.Response.Headers.LastModified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified)
            && modified <= since;
    }

    private static string Opaque(string tag) => tag.Trim() is ['W', '/', .. var strong] ? strong : tag.Trim();
}
