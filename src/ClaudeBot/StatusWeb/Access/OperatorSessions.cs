using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ClaudeBot.StatusWeb.Access;

/// <summary>
/// Who is signed in. The cookie holds a name that says nothing, encrypted with a key of this process; the session is
/// here, so that signing out, a new <c>STATUS_TOKEN</c> and a restart end it at once.
/// </summary>
internal sealed class OperatorSessions(TokenCheck token, TimeProvider time) : ITicketStore
{
    public const string Scheme = "operator";

    /// <summary>A session ends so long after the sign-in, used or not.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const string StampClaim = "token_stamp";
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, AuthenticationTicket> _tickets = new(StringComparer.Ordinal);

    /// <summary>Opens a session for a caller that has shown the token.</summary>
    public Task OpenAsync(HttpContext http)
    {
        // Forms are bound to this id: a form of one session is worth nothing in another.
        var id = new Claim(ClaimTypes.NameIdentifier, RandomNumberGenerator.GetHexString(32, lowercase: true));
        var stamp = new Claim(StampClaim, token.Stamp() ?? "");
        return http.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity([id, stamp], Scheme)));
    }

    public static Task CloseAsync(HttpContext http) => http.SignOutAsync(Scheme);

    public void Configure(CookieAuthenticationOptions cookies)
    {
        cookies.Cookie.Name = "claude_bot_operator";
        cookies.Cookie.HttpOnly = true;
        cookies.Cookie.SameSite = SameSiteMode.Strict;
        cookies.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookies.ExpireTimeSpan = Longest;
        cookies.SlidingExpiration = false;
        cookies.SessionStore = this;
        cookies.Events.OnValidatePrincipal = validated =>
        {
            if (token.Stamp() is not { } stamp || validated.Principal?.HasClaim(StampClaim, stamp) != true)
                validated.RejectPrincipal();
            return Task.CompletedTask;
        };
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        foreach (var (old, kept) in _tickets)
        {
            if (kept.Properties.ExpiresUtc <= time.GetUtcNow())
                _tickets.TryRemove(old, out _);
        }

        if (_tickets.Count >= Most)
            _tickets.TryRemove(_tickets.MinBy(pair => pair.Value.Properties.ExpiresUtc).Key, out _);
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _tickets[key] = ticket;
        return Task.FromResult(key);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        _tickets[key] = ticket;
        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(_tickets.GetValueOrDefault(key));

    public Task RemoveAsync(string key)
    {
        _tickets.TryRemove(key, out _);
        return Task.CompletedTask;
    }
}
