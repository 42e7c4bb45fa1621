using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.Requests;

namespace ClaudeBot.Playground.Faults;

/// <summary>
/// The playground's own controls over HTTP: <c>POST /_playground/faults</c> with
/// <c>{"kind":"SecondaryRateLimit","method":"POST","path":"/comments$","count":2,"retry_after_seconds":1,"status":503,"delay_seconds":2}</c>,
/// <c>GET</c> and <c>DELETE</c> of the same, and <c>GET /_playground/requests?after=N</c>.
/// </summary>
internal sealed class ControlEndpoints(FaultRack faults, RequestLog requests)
{
    public const string Prefix = "/_playground";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Prefix}/faults", (Delegate)AddAsync);
        routes.MapGet($"{Prefix}/faults", () => Results.Json(faults.Waiting.Select(ControlFault.From), Options));
        routes.MapDelete($"{Prefix}/faults", () =>
        {
            faults.Clear();
            return Results.NoContent();
        });
        routes.MapGet($"{Prefix}/requests", (long? after) =>
            Results.Text(requests.All.Where(exchange => exchange.Number > (after ?? 0)).Select(Describe).Listed().ToJsonString(Notation.Options), "application/json"));
    }

    private async Task<IResult> AddAsync(HttpContext context)
    {
        try
        {
            var fault = await JsonSerializer.DeserializeAsync<ControlFault>(context.Request.Body, Options, context.RequestAborted);
            faults.Add(fault!.ToFault());
            return Results.NoContent();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return Results.Json(new { message = e.Message }, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static JsonObject Describe(RecordedExchange exchange) => new()
    {
        ["number"] = exchange.Number,
        ["at"] = exchange.At.ToString("O"),
        ["login"] = exchange.Login,
        ["method"] = exchange.Method,
        ["path"] = exchange.Path,
        ["query"] = exchange.Query,
        ["route"] = exchange.RouteTemplate,
        ["body"] = exchange.BodyText,
        ["status"] = exchange.Status,
        ["response_body"] = exchange.ResponseBodyText,
        ["fault"] = exchange.Fault,
    };

    private sealed record ControlFault(
        FaultKind Kind, string Path, string Method = "*", int Count = 1, int RetryAfterSeconds = 1, int Status = 500, double DelaySeconds = 1)
    {
        public static ControlFault From(Fault fault) =>
            new(fault.Kind, fault.Path, fault.Method, fault.Count, fault.RetryAfterSeconds, fault.Status, fault.Delay.TotalSeconds);

        public Fault ToFault() => new(Kind, Method, Path, Count)
        {
            RetryAfterSeconds = RetryAfterSeconds,
            Status = Status,
            Delay = TimeSpan.FromSeconds(DelaySeconds),
        };
    }
}
