using System.Net;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Operations;

/// <summary>What a service said to the credential.</summary>
public enum AuthVerdict
{
    Accepted,
    Refused,
    /// <summary>It did not answer, or with something that says nothing about the credential.</summary>
    Unreachable,
}

/// <param name="Detail">For people; the credential in it is masked.</param>
public sealed record AuthResult(string Service, AuthVerdict Verdict, string Detail)
{
    /// <summary>One line with the word <c>auth</c>, as the log and <c>auth check</c> show it.</summary>
    public override string ToString() =>
        $"auth: {Service} authentication {Verdict switch { AuthVerdict.Accepted => "succeeded", AuthVerdict.Refused => "failed", _ => "could not be checked" }} {Detail}";
}

/// <summary>Shows the credentials to the services that they are for.</summary>
public sealed class AuthCheck(BotConfiguration configuration, IPenaltyStore penalties, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(15) };

    /// <summary><c>GET /user</c>.</summary>
    public async Task<AuthResult> GitHubAsync(CancellationToken cancellationToken)
    {
        const string Service = "GitHub";
        var key = Shown(GitHubSettings.Token);
        using var client = new GitHubClient(configuration.GitHub() with { ReadRetries = 0 }, penalties, time, NullLogger<GitHubClient>.Instance);
        try
        {
            var user = await client.GetCurrentUserAsync(cancellationToken);
            return new AuthResult(Service, AuthVerdict.Accepted, $"login={user.Login} {key}");
        }
        catch (GitHubException error)
        {
            var verdict = error.Kind is GitHubFaultKind.Unauthorized or GitHubFaultKind.Forbidden ? AuthVerdict.Refused : AuthVerdict.Unreachable;
            return new AuthResult(Service, verdict, $"{key}: {error.Message}");
        }
    }

    /// <summary><c>GET /v1/models</c>, which costs nothing (platform.claude.com/docs/en/api/models-list).</summary>
    public async Task<AuthResult> ModelAsync(CancellationToken cancellationToken)
    {
        const string Service = "Anthropic";
        var key = Shown(WorkSettings.ApiKey);
        var door = new Uri(configuration.Get(WorkSettings.BaseUrl)!.AbsoluteUri.TrimEnd('/') + "/v1/models?limit=1");
        using var request = new HttpRequestMessage(HttpMethod.Get, door);
        request.Headers.TryAddWithoutValidation("x-api-key", configuration.Secret(WorkSettings.ApiKey).Required());
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
                return new AuthResult(Service, AuthVerdict.Accepted, key);
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? new AuthResult(Service, AuthVerdict.Refused, $"{key}: {door.Host} answered {status}. Put a valid key into ANTHROPIC_API_KEY.")
                : new AuthResult(Service, AuthVerdict.Unreachable, $"{key}: {door.Host} answered {status}");
        }
        catch (HttpRequestException error)
        {
            return new AuthResult(Service, AuthVerdict.Unreachable, $"{key}: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AuthResult(Service, AuthVerdict.Unreachable, $"{key}: {door.Host} did not answer within {_http.Timeout.TotalSeconds:0} seconds");
        }
    }

    public void Dispose() => _http.Dispose();

    private string Shown(SecretSetting setting) => $"key={SecretText.Masked(configuration.Secret(setting).Current())} from=\"{configuration.Origin(setting)}\"";
}
