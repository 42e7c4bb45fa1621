using System.Net;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Secrets;
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

    /// <summary><c>GET /user</c> with a personal access token, <c>GET /app</c> and its installations with a GitHub App.</summary>
    public async Task<AuthResult> GitHubAsync(CancellationToken cancellationToken)
    {
        const string Service = "GitHub";
        var options = configuration.GitHub(time) with { ReadRetries = 0 };
        using var app = options.Credential as AppCredential;
        using var client = new GitHubClient(options, penalties, time, NullLogger<GitHubClient>.Instance);
        var key = Shown(client.IsApp ? GitHubSettings.AppPrivateKey : GitHubSettings.Token);
        try
        {
            var who = client.IsApp ? Described(await client.GetAppAsync(cancellationToken)) : $"login={(await client.GetCurrentUserAsync(cancellationToken)).Login}";
            return new AuthResult(Service, AuthVerdict.Accepted, $"{who} {key}");
        }
        catch (GitHubException error)
        {
            var verdict = error.Kind is GitHubFaultKind.Unauthorized or GitHubFaultKind.Forbidden ? AuthVerdict.Refused : AuthVerdict.Unreachable;
            return new AuthResult(Service, verdict, $"{key}: {error.Message}");
        }
    }

    /// <summary>
    /// <c>GET /v1/models</c>, which costs nothing (platform.claude.com/docs/en/api/models-list), with every key. Gives the first
    /// result that is no acceptance, or else that of the first key.
    /// </summary>
    public async Task<AuthResult> ModelAsync(CancellationToken cancellationToken)
    {
        var results = new List<AuthResult>();
        foreach (var key in new SecretPool(configuration.Secret(WorkSettings.ApiKeys), configuration.Secret(WorkSettings.ApiKey)).Required())
            results.Add(await ModelAsync(key, cancellationToken));
        return results.Find(result => result.Verdict != AuthVerdict.Accepted) ?? results[0];
    }

    private async Task<AuthResult> ModelAsync(string secret, CancellationToken cancellationToken)
    {
        const string Service = "Anthropic";
        var setting = configuration.IsSet(WorkSettings.ApiKeys) ? WorkSettings.ApiKeys : WorkSettings.ApiKey;
        var key = $"key={SecretText.Masked(secret)} from=\"{configuration.Origin(setting)}\"";
        var door = new Uri(configuration.Get(WorkSettings.BaseUrl)!.AbsoluteUri.TrimEnd('/') + "/v1/models?limit=1");
        using var request = new HttpRequestMessage(HttpMethod.Get, door);
        request.Headers.TryAddWithoutValidation("x-api-key", secret);
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
                return new AuthResult(Service, AuthVerdict.Accepted, key);
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? new AuthResult(Service, AuthVerdict.Refused, $"{key}: {door.Host} answered {status}. Put a valid key into {setting.Name}.")
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

    private static string Described(GitHubApp app) =>
        $"app={app.Slug} id={app.Id} " + (app.Installations.Count == 0
            ? "installation=none (install the App in a repository)"
            : string.Join(' ', app.Installations.Select(Described)));

    private static string Described(GitHubInstallation installation)
    {
        var granted = string.Join(',', installation.Permissions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}:{one.Value}"));
        var missing = AppNeeds.MissingIn(installation.Permissions);
        return $"installation={installation.Id} account={installation.Account} permissions={granted}"
            + (missing.Count == 0 ? "" : $" missing={string.Join(',', missing)}")
            + (installation.IsSuspended ? " suspended" : "");
    }

    private string Shown(SecretSetting setting) => $"key={SecretText.Masked(configuration.Secret(setting).Current())} from=\"{configuration.Origin(setting)}\"";
}
