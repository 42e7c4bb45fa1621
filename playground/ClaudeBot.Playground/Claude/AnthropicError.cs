using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>An error in the form the API gives it (docs.anthropic.com/en/api/errors).</summary>
internal sealed record AnthropicError(int Status, string Type, string Message, int? RetryAfter = null)
{
    public bool IsLast { get; private init; }

    public static AnthropicError? Of(Fault fault) => Known(fault) is { } error ? error with { IsLast = fault.IsLast } : null;

    public JsonObject ToJson(string requestId) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = Type, ["message"] = Message },
        ["request_id"] = requestId,
    };

    public Task WriteAsync(HttpResponse response, string requestId, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        response.Headers["request-id"] = requestId;
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (IsLast)
            response.Headers["x-should-retry"] = "false";
        return response.WriteAsJsonAsync(ToJson(requestId), cancellationToken);
    }

    private static AnthropicError? Known(Fault fault) => fault.Kind switch
    {
        FaultKind.RateLimited => new(429, "rate_limit_error", "This request would exceed the rate limit (a fault of the playground).", fault.RetryAfter ?? 1),
        FaultKind.Overloaded => new(529, "overloaded_error", "Overloaded (a fault of the playground).", fault.RetryAfter),
        FaultKind.ServerError => new(500, "api_error", "Internal server error (a fault of the playground).", fault.RetryAfter),
        FaultKind.InvalidRequest => new(400, "invalid_request_error", "The request is refused (a fault of the playground)."),
        FaultKind.KeyRefused => new(401, "authentication_error", "invalid x-api-key (a fault of the playground)"),
        FaultKind.SpendLimit => new(429, "enforced_spend_limit_reached", "This organization has reached its enforced spend limit (a fault of the playground)."),
        FaultKind.CreditTooLow => new(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API (a fault of the playground)."),
        _ => null,
    };
}
