using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Pages;

internal sealed class PageEndpoints(LocalGitHub gitHub, string? login)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", () => $"{gitHub.Repositories.Count()} {login}");
}
