using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Doctor;

/// <summary>What the headers of an answer of GitHub tell.</summary>
/// <param name="Skew">How far this machine's clock is before GitHub's; null when the answer had no date.</param>
/// <param name="Scopes">A classic token's scopes; null for every other credential, which has none.</param>
/// <param name="TokenEnds">When the token expires; null when it does not, or GitHub does not say.</param>
internal sealed record GitHubHeaders(HttpStatusCode Status, TimeSpan? Skew, IReadOnlyList<string>? Scopes, DateTimeOffset? TokenEnds);

/// <summary>
/// Asks for <c>/rate_limit</c>, which counts against no limit ("Rate limits for the REST API"), and reads the headers
/// that the client of the bot has no use for.
/// </summary>
internal sealed class GitHubServer(BotConfiguration configuration, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(15) };

    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    /// <exception cref="TaskCanceledException">It did not answer in time.</exception>
    public async Task<GitHubHeaders> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, configuration.Get(GitHubSettings.ApiUrl)!.AbsoluteUri.TrimEnd('/') + "/rate_limit");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("claude-bot", null));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        if (!configuration.IsSet(GitHubSettings.AppId) && configuration.Secret(GitHubSettings.Token).Current() is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var sentAt = time.GetUtcNow();
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        // The middle of the round trip, and of the second that the header is cut to.
        var here = sentAt + ((time.GetUtcNow() - sentAt) / 2);
        return new GitHubHeaders(
            response.StatusCode,
            response.Headers.Date is { } date ? here - (date + TimeSpan.FromSeconds(0.5)) : null,
            Header(response, "X-OAuth-Scopes") is { Length: > 0 } scopes ? scopes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : null,
            // As in "2026-03-01 09:00:00 UTC" or "… +0100".
            DateTimeOffset.TryParse(Header(response, "github-authentication-token-expiration")?.Replace("UTC", "+00:00", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var ends) ? ends : null);
    }

    public void Dispose() => _http.Dispose();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
