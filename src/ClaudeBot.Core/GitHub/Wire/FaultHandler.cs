using System.Net;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// The outermost handler: every answer that is no success becomes a <see cref="GitHubException"/>, so that nothing
/// above it reads status codes, and nothing follows a redirect.
/// </summary>
internal sealed partial class FaultHandler(SecretMask mask, ILogger logger) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && IsReadable(response))
            return response;

        using (response)
        {
            var status = (int)response.StatusCode;
            var reason = response.IsSuccessStatusCode
                ? $"answered {response.Content.Headers.ContentType} where JSON was expected"
                : await Faults.ReasonAsync(response, cancellationToken);
            if (status is >= 300 and < 400)
                reason = $"moved to {response.Headers.Location}; redirects are not followed: name the repository by its present name";

            var message = mask.Mask($"{Faults.Call(request)}: {status} {reason}");
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                Log.AuthFailed(logger, message);
            throw new GitHubException(Kind(status), message, null, null);
        }
    }

    private static bool IsReadable(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.NoContent
        || response.Content.Headers.ContentLength == 0
        || response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    private static GitHubFaultKind Kind(int status) => status switch
    {
        // A page of HTML with status 200 is a proxy or a maintenance page: it passes.
        < 300 or >= 500 or 408 => GitHubFaultKind.Transient,
        401 => GitHubFaultKind.Unauthorized,
        403 => GitHubFaultKind.Forbidden,
        404 or 410 => GitHubFaultKind.NotFound,
        _ => GitHubFaultKind.Rejected,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "GitHub auth failed: {Fault}")]
        public static partial void AuthFailed(ILogger logger, string fault);
    }
}
