using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Playground.Claude;

public static class ClaudeStandInEndpoints
{
    private static readonly JsonSerializerOptions ControlJson =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>Registers the stand-in; <see cref="ClaudeRequestLog"/> and <see cref="ClaudeFaults"/> can be resolved afterwards.</summary>
    /// <exception cref="ScriptException">A script is at fault.</exception>
    public static IServiceCollection AddClaudeStandIn(this IServiceCollection services, ClaudeStandInOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(options)
            .AddSingleton(new Scriptwriter(options))
            .AddSingleton<ClaudeRequestLog>()
            .AddSingleton<ClaudeFaults>()
            .AddSingleton<MessagesDoor>();
    }

    /// <summary>
    /// Maps the Messages API below the builder's prefix; a client's <c>ANTHROPIC_BASE_URL</c> is that prefix. Beside it:
    /// a page at <c>/</c>, <c>GET control/requests</c> (the log as JSON), <c>POST control/faults</c> (a <see cref="Fault"/>
    /// as JSON), <c>DELETE control/faults</c> (none any more; stalled answers go on).
    /// </summary>
    public static void MapClaudeStandIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/messages", (HttpContext http, MessagesDoor door) => door.CreateAsync(http));
        endpoints.MapPost("/v1/messages/count_tokens", (HttpContext http, MessagesDoor door) => door.CountTokensAsync(http));
        endpoints.MapGet("/v1/models", (HttpContext http, MessagesDoor door) => door.ListModelsAsync(http));
        endpoints.MapMethods("/", ["GET", "HEAD"], (Scriptwriter scriptwriter, ClaudeRequestLog log) =>
            Results.Content(HomePage.Html(scriptwriter, log), "text/html; charset=utf-8"));
        // Claude Code opens its connection with this before the first question.
        endpoints.MapMethods("/api/hello", ["GET", "HEAD"], () => Results.Json(new { message = "hello" }));

        var control = endpoints.MapGroup("/control");
        control.MapGet("/requests", (ClaudeRequestLog log) => Results.Json(log.All, ControlJson));
        control.MapPost("/faults", async (HttpContext http, ClaudeFaults faults) =>
        {
            try
            {
                faults.Add((await JsonSerializer.DeserializeAsync<Fault>(http.Request.Body, ControlJson, http.RequestAborted))!);
                return Results.Accepted();
            }
            catch (JsonException fault)
            {
                return Results.BadRequest(fault.Message);
            }
        });
        control.MapDelete("/faults", (ClaudeFaults faults) => faults.Clear());
    }
}
