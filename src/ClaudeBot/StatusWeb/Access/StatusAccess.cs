using ClaudeBot.StatusWeb.Api;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Access;

/// <summary>Marks a route that anybody may use: it shows and changes nothing of anybody's.</summary>
internal sealed record OpenToAll;

/// <summary>Marks a route whose reading needs the token or a session, even where reading is open.</summary>
internal sealed record OperatorsOnly;

/// <summary>
/// Lets callers in or not. Reading is open unless the settings close it; everything else needs <c>STATUS_TOKEN</c> as
/// bearer token, or an operator's session together with the token of a form.
/// </summary>
internal sealed partial class StatusAccess(StatusWebOptions options, TokenCheck token, IAntiforgery forms, ILogger<StatusAccess> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        StatusHeaders.Set(http.Response.Headers);
        // A proxy that ends TLS says so, and then all cookies are for TLS only; at worst a caller marks his own.
        if (http.Request.Headers["X-Forwarded-Proto"] == "https")
            http.Request.Scheme = Uri.UriSchemeHttps;
        if ((await http.AuthenticateAsync(OperatorSessions.Scheme)).Principal is { } signedIn)
            http.User = signedIn;
        return await RefusalAsync(http) ?? await next(context);
    }

    /// <summary>True when the caller is a signed-in operator.</summary>
    public static bool IsOperator(HttpContext http) => http.User.Identity is { IsAuthenticated: true };

    private async Task<IResult?> RefusalAsync(HttpContext http)
    {
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var marks = http.GetEndpoint()?.Metadata;
        var isOpen = !options.ReadsNeedToken && marks?.GetMetadata<OperatorsOnly>() is null;
        if (marks?.GetMetadata<OpenToAll>() is not null || (isRead && isOpen))
            return null;
        // Whoever shows a token is judged by it alone.
        if (http.Request.Headers.Authorization.Count > 0)
            return RefusalOfBearer(http);
        if (!IsOperator(http))
            return NeedsToken(http);
        return isRead || await IsFormOfSessionAsync(http, forms)
            ? null
            : Refuse(http, StatusCodes.Status400BadRequest, "The form is not one of this session. Go back, reload the page and send it again.");
    }

    /// <summary>True when the request carries the hidden field, or the header, that the page gave to this session.</summary>
    public static async Task<bool> IsFormOfSessionAsync(HttpContext http, IAntiforgery forms)
    {
        try
        {
            await forms.ValidateRequestAsync(http);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    private IResult? RefusalOfBearer(HttpContext http)
    {
        const string Scheme = "Bearer ";
        var from = http.Connection.RemoteIpAddress;
        if (http.Request.Headers.Authorization is not [{ } given] || !given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return NeedsToken(http);
        switch (token.Check(given[Scheme.Length..].Trim(), from))
        {
            case TokenVerdict.Right:
                return null;
            case TokenVerdict.Blocked:
                return Blocked(http);
            default:
                Log.Refused(logger, from?.ToString() ?? "an unknown address");
                return NeedsToken(http);
        }
    }

    /// <summary>429: this address has to wait.</summary>
    private static IResult Blocked(HttpContext http)
    {
        http.Response.Headers.RetryAfter = ((int)TokenCheck.Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Refuse(http, StatusCodes.Status429TooManyRequests, "Too many wrong tokens came from your address; try again in five minutes");
    }

    private static IResult NeedsToken(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return IsForPeople(http.Request)
            ? SignIn.Page(http, SignIn.Destination(http), problem: null, StatusCodes.Status401Unauthorized)
            : Refuse(http, StatusCodes.Status401Unauthorized, "STATUS_TOKEN is needed");
    }

    private static IResult Refuse(HttpContext http, int status, string problem) => IsForPeople(http.Request)
        ? new RazorComponentResult<ProblemPage>(new { Problem = problem }) { StatusCode = status }
        : StatusApi.Error(status, problem);

    /// <summary>True when a page is asked for, as browsers do.</summary>
    public static bool IsForPeople(HttpRequest request) =>
        request.Headers.Accept.Any(accepted => accepted?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "auth: a wrong STATUS_TOKEN came from {Address}")]
        public static partial void Refused(ILogger logger, string address);
    }
}
