using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Api;

/// <summary>The whole REST API with what surrounds it.</summary>
internal sealed class GitHubApi(LocalGitHub gitHub, Authentication authentication, RateLimits limits)
{
    /// <summary>What every request to the API passes before its endpoint, outermost first.</summary>
    public void Use(IApplicationBuilder app)
    {
        app.Use(StandardHeadersAsync);
        app.Use(authentication.InvokeAsync);
        app.Use(limits.InvokeAsync);
        app.Use(EntityTags.InvokeAsync);
        app.Use(UnknownAsync);
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = new ApiRoutes(endpoints, gitHub);
        new Users(limits).Map(routes);
        RepositoryEndpoints.Map(routes);
        References.Map(routes);
        Commits.Map(routes);
        Contents.Map(routes);
        Labels.Map(routes);
        Issues.Map(routes);
        Comments.Map(routes);
        Pulls.Map(routes);
        Reviews.Map(routes);
        Checks.Map(routes);
        HookEndpoints.Map(routes);
        AppEndpoints.Map(routes);
    }

    private static Task StandardHeadersAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers["x-github-request-id"] = Guid.NewGuid().ToString("N").ToUpperInvariant();
        headers["x-github-media-type"] = "github.v3; format=json";
        headers["x-github-api-version-selected"] = "2022-11-28";
        headers["x-github-enterprise-version"] = "enterprise-server@3.19.0";
        return next(context);
    }

    /// <summary>Paths and methods that the playground has not are "Not Found", as GitHub's own are.</summary>
    private static Task UnknownAsync(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ApiRoute>() is null ? Answer.Error(404, "Not Found").WriteAsync(context) : next(context);
}
