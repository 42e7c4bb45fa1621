using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.StatusWeb;

/// <summary>Who may do what on the status web, and the headers that every answer carries.</summary>
internal sealed class StatusAccess(StatusWebOptions options) : IEndpointFilter
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";

        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        // A health check and the style sheet show nothing of anybody's.
        var isOpen = isRead && (!options.ReadsNeedToken || http.Request.Path.Value is "/health" or "/api/health" or "/status.css");
        if (!isOpen && !HoldsToken(http.Request))
        {
            headers.WWWAuthenticate = "Bearer";
            return StatusApi.Error(StatusCodes.Status401Unauthorized, "STATUS_TOKEN is needed");
        }

        return await next(context);
    }

    /// <summary>True when the request carries <c>Authorization: Bearer STATUS_TOKEN</c>; compared in constant time.</summary>
    private bool HoldsToken(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        if (options.Token.Current() is not { } token
            || request.Headers.Authorization is not [{ } given]
            || !given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // Hashes have one length, so that the comparison tells nothing of the token's.
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given[Scheme.Length..].Trim())),
            SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }
}
