using System.Globalization;

namespace ClaudeBot.Gateway;

/// <summary>An error in the form that the Messages API gives, which its clients read: <c>{"type":"error","error":{"type","message"}}</c>.</summary>
internal static class AnthropicError
{
    /// <summary>Tells clients made by Anthropic's generator (the CLI among them) not to repeat the call.</summary>
    public const string ShouldRetryHeader = "x-should-retry";

    /// <summary>Answers that the client shall ask again after a while.</summary>
    public static Task WriteWaitAsync(HttpContext context, TimeSpan wait, string message)
    {
        context.Response.Headers.Clear();
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, "rate_limit_error", message, mayRetry: true);
    }

    /// <summary>Answers with an error of the gateway's own.</summary>
    /// <param name="type">One of the API's error types, as in <c>not_found_error</c>.</param>
    public static Task WriteAsync(HttpContext context, int status, string type, string message, bool mayRetry = false)
    {
        context.Response.StatusCode = status;
        // Without it, Claude Code 2.1.328 repeats a 401 up to ten times with back-off; the answer to the same call would be the same.
        if (status < StatusCodes.Status500InternalServerError && !mayRetry)
            context.Response.Headers[ShouldRetryHeader] = "false";
        return context.Response.WriteAsJsonAsync(
            new { type = "error", error = new { type, message = "Claude Bot gateway: " + message } },
            context.RequestAborted);
    }
}
