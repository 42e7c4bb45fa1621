using System.Net.Http.Headers;
using System.Text;
using ClaudeBot.Secrets;
using Yarp.ReverseProxy.Forwarder;

namespace ClaudeBot.Gateway;

/// <summary>
/// What of a call goes out and what of its answer comes back. Both ways only named headers pass: whatever else an agent
/// sends (credentials, cookies, forwarding, tracing) stays here, and so does whatever else the service says.
/// </summary>
internal sealed class ModelCallTransformer(Uri target, string apiKey, SecretMask mask, CallOutcome outcome, long longestAnswer) : HttpTransformer
{
    private const int LongestError = 64 * 1024;

    private static readonly string[] RequestHeaders = ["accept", "user-agent", "anthropic-version", "anthropic-beta", "x-app", "content-type", "content-length"];

    private static readonly string[] ResponseHeaders = ["content-type", "content-length", "cache-control", "retry-after", "retry-after-ms", "request-id", AnthropicError.ShouldRetryHeader];

    /// <summary>What the answer used; null before it came, or when it was an error.</summary>
    public UsageMeter? Meter { get; private set; }

    /// <summary>The service refused the key, nothing went to the client, and another key may do.</summary>
    public bool WantsOtherKey { get; private set; }

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

        outcome.Learn(proxyResponse.Headers);
        if (proxyResponse.IsSuccessStatusCode)
        {
            outcome.Began();
            await MeterAsync(response, proxyResponse.Content);
            return true;
        }

        var error = mask.Mask(await ReadErrorAsync(proxyResponse, cancellationToken));
        var wait = proxyResponse.Headers.RetryAfter;
        switch (outcome.Refused(response.StatusCode, error, wait?.Delta ?? wait?.Date - proxyResponse.Headers.Date))
        {
            case { IsForOtherKey: true }:
                WantsOtherKey = true;
                return false;
            case { Wait: { } pause }:
                await AnthropicError.WriteWaitAsync(httpContext, pause, "the keys that are good are at their limit.");
                return false;
            case { IsFinal: true }:
                // Key and account are the operator's: asking again with the same ones gives the same answer.
                response.Headers[AnthropicError.ShouldRetryHeader] = "false";
                break;
        }

        var body = Encoding.UTF8.GetBytes(error);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
        return false;
    }

    private async Task MeterAsync(HttpResponse response, HttpContent answer)
    {
        var isStream = answer.Headers.ContentType?.MediaType == "text/event-stream";
        Meter = new UsageMeter(isStream) { BrokeOff = outcome.BrokeOff };
        if (isStream)
        {
            response.Body = new MeteredStream(response.Body, Meter, longestAnswer);
            return;
        }

        // A plain answer is paid for before its first byte comes: it is read to the end even when the client leaves.
        await answer.LoadIntoBufferAsync(longestAnswer, CancellationToken.None);
        Meter.Feed(await answer.ReadAsByteArrayAsync(CancellationToken.None));
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestError];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
