using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Makes every read conditional: GitHub answers 304 when nothing changed, which costs nothing of the primary rate
/// limit ("Use conditional requests if appropriate", REST best practices), and the answer kept is given again, marked
/// with <see cref="UnchangedHeader"/>. ETags belong to a token, so the key names it, by hash.
/// </summary>
internal sealed class ConditionalCacheHandler(AnswerCache cache) : DelegatingHandler
{
    /// <summary>On an answer that came from the cache because the server said 304.</summary>
    public const string UnchangedHeader = "X-Claude-Bot-Unchanged";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get)
            return await base.SendAsync(request, cancellationToken);

        var key = Key(request);
        var known = cache.Find(key);
        request.Headers.IfNoneMatch.Clear();
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known.ETag);

        var response = await base.SendAsync(request, cancellationToken);
        response.Headers.Remove(UnchangedHeader);
        if (known is not null && response.StatusCode == HttpStatusCode.NotModified)
            return Again(response, known);

        if (response.StatusCode == HttpStatusCode.OK && response.Headers.ETag is { } etag)
        {
            cache.Keep(key, new AnswerCache.Answer(
                etag.ToString(),
                await response.Content.ReadAsByteArrayAsync(cancellationToken),
                response.Content.Headers.ContentType?.ToString(),
                response.Headers.TryGetValues("Link", out var links) ? string.Join(", ", links) : null));
        }

        return response;
    }

    private static HttpResponseMessage Again(HttpResponseMessage notModified, AnswerCache.Answer known)
    {
        notModified.StatusCode = HttpStatusCode.OK;
        notModified.ReasonPhrase = null;
        notModified.Content.Dispose();
        notModified.Content = new ByteArrayContent(known.Body);
        if (MediaTypeHeaderValue.TryParse(known.ContentType, out var type))
            notModified.Content.Headers.ContentType = type;
        notModified.Headers.Remove("Link");
        if (known.Link is not null)
            notModified.Headers.TryAddWithoutValidation("Link", known.Link);
        notModified.Headers.Add(UnchangedHeader, "true");
        return notModified;
    }

    private static string Key(HttpRequestMessage request)
    {
        var token = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization?.Parameter ?? ""));
        return $"{Convert.ToHexStringLower(token.AsSpan(0, 16))} {request.Headers.Accept} {request.RequestUri}";
    }
}
