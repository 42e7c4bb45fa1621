using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>An answer of the REST API, ready to be written.</summary>
internal sealed record Answer(int Status, byte[] Body, string ContentType, ImmutableDictionary<string, string> Headers)
{
    private const string JsonType = "application/json; charset=utf-8";
    private const string Documentation = "https://docs.github.com/rest";

    public static Answer NoContent { get; } = new(204, [], JsonType, ImmutableDictionary<string, string>.Empty);

    public static Answer Ok(JsonNode node) => new(200, node.Bytes(), JsonType, ImmutableDictionary<string, string>.Empty);

    public static Answer Ok(JsonNode node, DateTimeOffset modified) =>
        Ok(node).With("Last-Modified", modified.UtcDateTime.ToString("R", CultureInfo.InvariantCulture));

    public static Answer Created(JsonNode node) =>
        new(201, node.Bytes(), JsonType,
            node["url"] is { } url ? ImmutableDictionary<string, string>.Empty.Add("Location", url.GetValue<string>()) : ImmutableDictionary<string, string>.Empty);

    public static Answer Accepted() => new(202, new JsonObject().Bytes(), JsonType, ImmutableDictionary<string, string>.Empty);

    public static Answer Raw(byte[] body, string contentType) => new(200, body, contentType, ImmutableDictionary<string, string>.Empty);

    /// <summary>What is asked for lies elsewhere.</summary>
    public static Answer Redirect(string address) => new(302, [], JsonType, ImmutableDictionary<string, string>.Empty.Add("Location", address));

    /// <summary>An error in GitHub's form: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api.</summary>
    public static Answer Error(int status, string message, IReadOnlyList<JsonObject>? errors = null)
    {
        var json = new JsonObject { ["message"] = message };
        if (errors is { Count: > 0 })
        {
            json["errors"] = errors.Select(error => error.DeepClone()).Listed();
        }

        json["documentation_url"] = Documentation;
        json["status"] = status.ToString(CultureInfo.InvariantCulture);
        return new Answer(status, json.Bytes(), JsonType, ImmutableDictionary<string, string>.Empty);
    }

    public static Answer From(RefusalException refusal) => Error(refusal.Status, refusal.Message, refusal.Errors);

    public Answer With(string header, string value) => this with { Headers = Headers.SetItem(header, value) };

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (Body.Length > 0)
        {
            context.Response.ContentType = ContentType;
            await context.Response.Body.WriteAsync(Body, context.RequestAborted);
        }
    }
}
