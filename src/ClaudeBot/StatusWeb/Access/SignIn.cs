using System.Globalization;
using ClaudeBot.StatusWeb.Actions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Access;

/// <summary><c>/sign-in</c> takes <c>STATUS_TOKEN</c> once and opens a session; <c>/sign-out</c> ends it.</summary>
internal sealed partial class SignIn(TokenCheck token, OperatorSessions sessions, OperatorDesk desk, IAntiforgery forms, ILogger<SignIn> logger)
{
    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/sign-in", (HttpContext http, string? next) => StatusAccess.IsOperator(http) ? Results.Redirect(Local(next)) : Page(http, Local(next), null, StatusCodes.Status200OK))
            .WithMetadata(new OpenToAll());
        web.MapPost("/sign-in", (HttpContext http, SignIn signIn) => signIn.OpenAsync(http)).WithMetadata(new OpenToAll(), new FormSizeLimit());
        web.MapPost("/sign-out", async (HttpContext http) =>
        {
            await OperatorSessions.CloseAsync(http);
            return Results.Redirect("/");
        }).WithMetadata(new FormSizeLimit());
    }

    /// <summary>The form for the token.</summary>
    /// <param name="next">Where a signed-in operator is led, on this server.</param>
    public static IResult Page(HttpContext http, string next, string? problem, int status) => new RazorComponentResult<SignInPage>(new
    {
        Next = next,
        Problem = problem,
        IsPossible = http.RequestServices.GetRequiredService<TokenCheck>().IsSet,
    })
    { StatusCode = status };

    /// <summary>The page that was asked for, to return to; the first page after a form.</summary>
    public static string Destination(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) ? Local(http.Request.Path + http.Request.QueryString) : "/";

    private async Task<IResult> OpenAsync(HttpContext http)
    {
        if (!await StatusAccess.IsFormOfSessionAsync(http, forms))
            return Page(http, "/", "The form was too old, or cookies are off. Try again.", StatusCodes.Status400BadRequest);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var next = Local(form["next"]);
        var from = http.Connection.RemoteIpAddress;
        switch (token.Check(form["token"].ToString().Trim(), from))
        {
            case TokenVerdict.Right:
                await desk.NoteSignInAsync(OperatorDesk.Address(from), http.RequestAborted);
                await sessions.OpenAsync(http);
                return Results.Redirect(next);
            case TokenVerdict.Blocked:
                http.Response.Headers.RetryAfter = ((int)TokenCheck.Window.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return Page(http, next, "Too many wrong tokens came from your address. Try again in five minutes.", StatusCodes.Status429TooManyRequests);
            default:
                Log.Refused(logger, OperatorDesk.Address(from));
                return Page(http, next, "That is not STATUS_TOKEN.", StatusCodes.Status401Unauthorized);
        }
    }

    /// <summary>The path when it leads to this server; else the first page. <c>//host</c> and <c>/\host</c> lead elsewhere.</summary>
    internal static string Local(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) && Uri.IsWellFormedUriString(path, UriKind.Relative) ? path : "/";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "auth: a sign-in with a wrong STATUS_TOKEN came from {Address}")]
        public static partial void Refused(ILogger logger, string address);
    }
}
