using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>GitHub takes a branch name with slashes in the middle of a path (<c>/commits/bot/issue-1/status</c>); routing does not, so they are encoded first.</summary>
internal static partial class SlashedRefs
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is { } path && Commit().Match(path) is { Success: true } match)
        {
            context.Request.Path = match.Groups["before"].Value
                + match.Groups["ref"].Value.Replace("/", "%2F", StringComparison.Ordinal)
                + match.Groups["after"].Value;
        }

        return next(context);
    }

    [GeneratedRegex("^(?<before>/api/v3/repos/[^/]+/[^/]+/commits/)(?<ref>.+?)(?<after>/(?:status|statuses|check-runs))?$")]
    private static partial Regex Commit();
}
