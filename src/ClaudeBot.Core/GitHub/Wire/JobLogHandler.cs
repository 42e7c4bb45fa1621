using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// The log of a job lies outside the API, at an address that GitHub gives by a redirect and that is good for a minute
/// ("Download job logs for a workflow run"). It is the one redirect that is followed, without the credential, and its
/// text comes back as JSON like every other answer.
/// </summary>
internal sealed partial class JobLogHandler : DelegatingHandler
{
    /// <summary>Characters of the log's end that are kept.</summary>
    private const int Kept = 100_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is not (302 or 307) || response.Headers.Location is not { IsAbsoluteUri: true, Scheme: "https" or "http" } place
            || request.Method != HttpMethod.Get || !JobLog().IsMatch(request.RequestUri!.AbsolutePath))
        {
            return response;
        }

        using var there = new HttpRequestMessage(HttpMethod.Get, place);
        using var log = await base.SendAsync(there, cancellationToken);
        if (!log.IsSuccessStatusCode)
            return response;
        var text = await log.Content.ReadAsStringAsync(cancellationToken);
        response.StatusCode = System.Net.HttpStatusCode.OK;
        response.Headers.Location = null;
        response.Content = JsonContent.Create(new { log = text.Length > Kept ? text[^Kept..] : text });
        return response;
    }

    [GeneratedRegex(@"/actions/jobs/\d+/logs\z")]
    private static partial Regex JobLog();
}
