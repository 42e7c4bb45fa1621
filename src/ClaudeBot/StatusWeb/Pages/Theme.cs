using ClaudeBot.StatusWeb.Access;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>The choice of colours: a cookie that holds one of three words. <c>auto</c> follows the system.</summary>
internal static class Theme
{
    private const string Cookie = "claude_bot_theme";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public static IReadOnlyList<string> All { get; } = ["auto", "light", "dark"];

    public static string Of(HttpContext http) => http.Request.Cookies[Cookie] is { } chosen && All.Contains(chosen) ? chosen : All[0];

    public static void Map(IEndpointRouteBuilder web) => web.MapPost("/theme", async (HttpContext http) =>
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["theme"].ToString() is var chosen && All.Contains(chosen))
            http.Response.Cookies.Append(Cookie, chosen, new CookieOptions { MaxAge = Kept, SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = http.Request.IsHttps, IsEssential = true });
        return Results.Redirect(SignIn.Local(form["next"]));
    }).WithMetadata(new OpenToAll(), new FormSizeLimit());
}
