using System.Globalization;
using System.Text;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>Who asks; <paramref name="Key"/> is what his rate limit and ETags hang on.</summary>
internal sealed record Caller(Account? Account, string Key);

/// <summary>Reads a token from <c>Authorization: Bearer | token | Basic</c>; with Basic it is the password, and the name is free.</summary>
internal sealed class Authentication(GitHubDirectory directory)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!TryIdentify(context.Request, out var account))
        {
            await Answer.Error(401, "Bad credentials").WriteAsync(context);
            return;
        }

        context.Features.Set(new Caller(account, account?.Id.ToString(CultureInfo.InvariantCulture) ?? "anonymous"));
        if (account is not null)
        {
            context.Response.Headers["x-oauth-scopes"] = "repo, workflow";
        }

        await next(context);
    }

    /// <summary>False when there are credentials and they are wrong; nobody (null) when there are none.</summary>
    public bool TryIdentify(HttpRequest request, out Account? account)
    {
        account = null;
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return true;
        }

        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var (scheme, value) = space < 0 ? ("", header) : (header[..space].ToUpperInvariant(), header[(space + 1)..].Trim());
        var token = scheme == "BASIC" ? Password(value) : value;
        account = directory.AccountOf(token);
        return account is not null;
    }

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
