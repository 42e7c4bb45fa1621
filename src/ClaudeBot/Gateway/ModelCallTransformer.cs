using System.Net.Http.Headers;
using System.Text;
using ClaudeBot.Secrets;
using Yarp.ReverseProxy.Forwarder;

namespace ClaudeBot.Gateway;

/// <summary>
/// What of a call goes out and what of its answer comes back. Both ways only named headers pass: whatever else an agent
/// sends (credentials, cookies, forwarding, tracing) stays here, and so does whatever else the service says.
/// </summary>
internal sealed class ModelCallTransformer(Uri target, string apiKey, SecretMask mask, UsageMeterSlot slot) : HttpTransformer
{
    private const int LongestError = 64 * 1024;

    private static readonly string[] RequestHeaders = ["accept", "user-agent", "anthropic-version", "anthropic-beta", "x-app", "content-type", "content-length"];

    private static readonly string[] ResponseHeaders = ["content-type", "content-length", "cache-control", "retry-after", "retry-after-ms", "request-id", AnthropicError.ShouldRetryHeader];

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in httpContext.Request.Headers)
        {
            if (!RequestHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!proxyRequest.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                proxyRequest.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        proxyRequest.RequestUri = target;
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Add("x-api-key", apiKey);
        // A compressed answer could not be metered as it passes.
        proxyRequest.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return false;

        var response = httpContext.Response;
        foreach (var (name, values) in proxyResponse.Headers.Concat(proxyResponse.Content.Headers))
        {
            if (ResponseHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase))
                response.Headers[name] = values.ToArray();
        }

        if (proxyResponse.IsSuccessStatusCode)
        {
            var isStream = proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream";
            slot.Meter = new UsageMeter(isStream);
            response.Body = new MeteredStream(response.Body, slot.Meter);
            return true;
        }

        // The key is the operator's: asking again with the same one gives the same answer.
        if (response.StatusCode is 401 or 403)
            response.Headers[AnthropicError.ShouldRetryHeader] = "false";
        var body = Encoding.UTF8.GetBytes(mask.Mask(await ReadErrorAsync(proxyResponse, cancellationToken)));
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
        return false;
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestError];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}

/// <summary>Where the transformer leaves the meter of the answer, for the charge after the call.</summary>
internal sealed class UsageMeterSlot
{
    public UsageMeter? Meter { get; set; }
}
