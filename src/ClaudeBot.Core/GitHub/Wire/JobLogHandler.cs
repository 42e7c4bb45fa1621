using System.Net.Http.Json;
using System.Text;
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

    /// <summary>Bytes; of a longer log nothing is kept: its end would take too long to come.</summary>
    private const long Longest = 64 * 1024 * 1024;

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
        var end = await EndAsync(log.Content, cancellationToken);
        response.StatusCode = System.Net.HttpStatusCode.OK;
        response.Headers.Location = null;
        response.Content = JsonContent.Create(new { log = end });
        return response;
    }

    /// <summary>The last characters; null when it is too long.</summary>
    private static async Task<string?> EndAsync(HttpContent log, CancellationToken cancellationToken)
    {
        await using var stream = await log.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[64 * 1024];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[2 * Kept + Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var (length, total) = (0, 0L);
        int read;
        do
        {
            read = await stream.ReadAsync(bytes, cancellationToken);
            total += read;
            if (total > Longest)
                return null;
            length += decoder.GetChars(bytes.AsSpan(0, read), text.AsSpan(length), flush: read == 0);
            if (length > 2 * Kept)
            {
                text.AsSpan(length - Kept, Kept).CopyTo(text);
                length = Kept;
            }
        }
        while (read > 0);
        return new string(text, Math.Max(0, length - Kept), Math.Min(length, Kept));
    }

    [GeneratedRegex(@"/actions/jobs/\d+/logs\z")]
    private static partial Regex JobLog();
}
