using Microsoft.AspNetCore.Routing.Matching;

namespace ClaudeBot.Hosting;

/// <summary>The door that a route answers on.</summary>
internal sealed record DoorMetadata(Door Door);

/// <summary>Makes routes invisible on every door but their own: there they are 404.</summary>
internal sealed class DoorPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => -1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<DoorMetadata>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var door = Doors.Of(httpContext.Features);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Endpoint.Metadata.GetMetadata<DoorMetadata>() is { } own && own.Door != door)
                candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }
}

internal static class DoorRoutes
{
    /// <summary>Routes mapped on the result answer on this door only.</summary>
    public static RouteGroupBuilder MapDoor(this IEndpointRouteBuilder endpoints, Door door) =>
        endpoints.MapGroup("").WithMetadata(new DoorMetadata(door));
}
