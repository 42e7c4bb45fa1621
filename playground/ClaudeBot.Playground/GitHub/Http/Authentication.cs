using System.Globalization;
using System.Text;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>
/// Who asks; <paramref name="Key"/> is what his rate limit and ETags hang on. <paramref name="App"/> is there when an App
/// asks as itself, <paramref name="Installation"/> when it asks as what it is in some repositories.
/// </summary>
internal sealed record Caller(Account? Account, string Key, GitHubApp? App = null, Installation? Installation = null)
{
    /// <summary>A token of an installation leads to its repositories alone; an App as itself to none.</summary>
    public bool Reaches(Repository repository) => App is null && Installation?.Repositories.Contains(repository) != false;
}

/// <summary>Reads a token from <c>Authorization: Bearer | token | Basic</c>; with Basic it is the password, and the name is free.</summary>
internal sealed class Authentication(GitHubDirectory directory, AppDesk apps)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Identify(context.Request) is not { } caller)
        {
            await Answer.Error(401, "Bad credentials").WriteAsync(context);
            return;
        }

        context.Features.Set(caller);
        // Scopes are of classic tokens; a fine-grained one has permissions.
        if (caller is { Account: not null, Installation: null } && !context.Request.Headers.Authorization.ToString().Contains("github_pat_", StringComparison.Ordinal))
        {
            context.Response.Headers["x-oauth-scopes"] = "repo, workflow";
        }

        await next(context);
    }

    /// <summary>Null when there are credentials and they are wrong; a caller without account when there are none.</summary>
    public Caller? Identify(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return new Caller(null, "anonymous");
        }

        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var (scheme, value) = space < 0 ? ("", header) : (header[..space].ToUpperInvariant(), header[(space + 1)..].Trim());
        var token = scheme == "BASIC" ? Password(value) : value;
        if (directory.AccountOf(token) is { } account)
        {
            return new Caller(account, Key(account.Id));
        }

        if (apps.InstallationOf(token) is { } installation)
        {
            return new Caller(installation.App.Account, $"installation-{Key(installation.Id)}", Installation: installation);
        }

        return AppToken.Read(token, apps.Apps, directory.Time.GetUtcNow()) is { } app ? new Caller(null, $"app-{Key(app.Id)}", App: app) : null;
    }

    private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Password(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out var length))
        {
            return "";
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
