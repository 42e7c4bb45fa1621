using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>One request to the REST API, read the way GitHub reads it: what is wrong with it is a <see cref="RefusalException"/>.</summary>
internal sealed class ApiCall(HttpContext http, LocalGitHub gitHub, Repository? repository, JsonObject body)
{
    public HttpContext Http => http;

    public LocalGitHub GitHub => gitHub;

    public JsonObject Body => body;

    public Repository Repository => repository ?? throw new InvalidOperationException("This endpoint belongs to no repository.");

    public Account? Reader => http.Features.GetRequiredFeature<Caller>().Account;

    public Account Actor => Reader ?? throw new RefusalException(401, "Requires authentication");

    public CancellationToken Cancelled => http.RequestAborted;

    public Permission Permission => Repository.PermissionOf(Reader);

    // The server decodes all of a path but its encoded slashes.
    public string Route(string name) => (http.GetRouteValue(name) as string ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public long RouteNumber(string name) =>
        long.TryParse(Route(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw RefusalException.NotFound();

    public string? Query(string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    public int? QueryNumber(string name) => int.TryParse(Query(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public DateTimeOffset? QueryTime(string name) =>
        Query(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new RefusalException(422, "Validation Failed");

    public bool Accepts(string kind) => http.Request.Headers.Accept.ToString().Contains(kind, StringComparison.OrdinalIgnoreCase);

    /// <summary>A string of the body; null when it is not there or null.</summary>
    public string? Text(string name) => body[name] is null ? null : Value<string>(name, JsonValueKind.String, "a string");

    public string Required(string name) => Text(name) ?? throw new RefusalException(422, $"Invalid request.\n\n\"{name}\" wasn't supplied.");

    public bool? Flag(string name) => body[name] is null ? null : Value<bool>(name, body[name]!.GetValueKind() is JsonValueKind.True ? JsonValueKind.True : JsonValueKind.False, "a boolean");

    public int? Number(string name) => body[name] is null ? null : Value<int>(name, JsonValueKind.Number, "an integer");

    /// <summary>A list of strings, or of objects with a name, in the body; null when it is not there.</summary>
    public IReadOnlyList<string>? Names(string name) => body[name] is null ? null : NamesOf(body[name]!);

    public static IReadOnlyList<string> NamesOf(JsonNode node) =>
        node is JsonArray array
            ? [.. array.Select(item => item switch
            {
                JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
                JsonObject named when named["name"] is JsonValue value => value.GetValue<string>(),
                _ => throw new RefusalException(422, "Invalid request."),
            })]
            : throw new RefusalException(422, $"Invalid request.\n\nFor 'properties/{node.GetPropertyName()}', {node.ToJsonString()} is not an array.");

    public Issue Issue() => State.LocalGitHub.Issue(Repository, (int)RouteNumber("issue_number"));

    public Issue Pull() => State.LocalGitHub.Issue(Repository, (int)RouteNumber("pull_number")) is { Pull: not null } issue ? issue : throw RefusalException.NotFound();

    public void Need(Permission permission)
    {
        if (Permission < permission)
        {
            throw RefusalException.Forbidden();
        }
    }

    private T Value<T>(string name, JsonValueKind kind, string word)
    {
        var node = body[name]!;
        return node.GetValueKind() == kind && node is JsonValue value && value.TryGetValue<T>(out var result)
            ? result
            : throw new RefusalException(422, $"Invalid request.\n\nFor 'properties/{name}', {node.ToJsonString()} is not {word}.");
    }
}
