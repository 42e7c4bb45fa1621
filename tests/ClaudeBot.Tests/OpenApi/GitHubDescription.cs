using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.Requests;

namespace ClaudeBot.Tests.OpenApi;

/// <summary>
/// GitHub's own description of its REST API (npm <c>@octokit/openapi</c>, GitHub Enterprise Server 3.19), and whether an
/// exchange with the playground keeps to it. The package is looked for in the folder that <c>TEST_NPM</c> names, else
/// in <c>artifacts/npm/node_modules</c> under the repository's root.
/// </summary>
public sealed class GitHubDescription
{
    private static readonly Lazy<GitHubDescription> Loaded = new(() => new GitHubDescription(Load()));
    private readonly JsonElement root;
    private readonly SchemaCheck check;
    private readonly ILookup<int, (string[] Segments, string Template, JsonElement Item)> paths;

    private GitHubDescription(JsonElement root)
    {
        this.root = root;
        check = new SchemaCheck(root);
        paths = root.GetProperty("paths").EnumerateObject()
            .Select(path => (Segments: path.Name.Split('/'), Template: path.Name, Item: path.Value))
            .ToLookup(path => path.Segments.Length);
    }

    /// <summary>
    /// Everything in which an exchange differs from the description: an unknown path or method, a parameter or a body of
    /// the request, an undescribed status, a body of the answer. Empty when nothing does. An answer changed by a fault is not looked at.
    /// </summary>
    public static IReadOnlyList<string> Validate(RecordedExchange exchange) => [.. Loaded.Value.Faults(exchange).Select(fault => $"{exchange}: {fault}")];

    private static JsonElement Load()
    {
        using var file = File.OpenRead(Path.Combine(RepositoryFolder.Npm, "@octokit", "openapi", "generated", "ghes-3.19.json"));
        return JsonDocument.Parse(file).RootElement;
    }

    private IEnumerable<string> Faults(RecordedExchange exchange)
    {
        var method = exchange.Method.ToLowerInvariant();
        if (Find(exchange, method) is not { } found)
        {
            return ["GitHub has no such path and method"];
        }

        var parameters = new ParameterCheck(check).Faults(exchange, found.Segments, found.Operation);
        return exchange.Fault is null ? [.. parameters, .. Request(exchange, found.Operation), .. Answer(exchange, found.Operation)] : [.. parameters, .. Request(exchange, found.Operation)];
    }

    private (string[] Segments, JsonElement Operation)? Find(RecordedExchange exchange, string method)
    {
        var segments = exchange.Path.Split('/');
        foreach (var (template, name, item) in paths[segments.Length].Where(path => Fits(path.Segments, segments)).OrderBy(path => path.Template.Count(letter => letter == '{')))
        {
            if (item.TryGetProperty(method, out var operation))
            {
                return (template, operation);
            }
        }

        // Where a name with slashes ends the path, GitHub takes it as it is.
        return exchange.RouteTemplate is { } route && root.GetProperty("paths").TryGetProperty(route, out var mapped) && mapped.TryGetProperty(method, out var described)
            ? (route.Split('/'), described)
            : null;
    }

    private static bool Fits(string[] template, string[] segments) =>
        template.Zip(segments).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);

    private IEnumerable<string> Request(RecordedExchange exchange, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var described))
        {
            return exchange.Body.Length == 0 ? [] : ["the request has a body, and GitHub takes none"];
        }

        var isRequired = described.TryGetProperty("required", out var required) && required.GetBoolean();
        return exchange.Body.Length == 0
            ? isRequired ? ["the request has no body, and GitHub needs one"] : []
            : Json(exchange.BodyText, described, "request");
    }

    private IEnumerable<string> Answer(RecordedExchange exchange, JsonElement operation)
    {
        var responses = operation.GetProperty("responses");
        var status = exchange.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!responses.TryGetProperty(status, out var described))
        {
            // Credentials, limits and server errors may come anywhere, described or not.
            return exchange.Status is 304 or 401 or 403 or 404 or 429 or >= 500 ? [] : [$"status {status} is not described"];
        }

        described = check.Resolve(described);
        if (!described.TryGetProperty("content", out _))
        {
            return exchange.Status is 204 or 304 && exchange.ResponseBody.Length > 0 ? [$"status {status} came with a body"] : [];
        }

        var isJson = exchange.ResponseHeaders.TryGetValue("Content-Type", out var type) && type.Contains("json", StringComparison.Ordinal);
        return isJson ? Json(exchange.ResponseBodyText, described, "answer") : [];
    }

    private IEnumerable<string> Json(string text, JsonElement described, string where)
    {
        if (!described.GetProperty("content").TryGetProperty("application/json", out var content) || !content.TryGetProperty("schema", out var schema))
        {
            return [];
        }

        try
        {
            return check.Faults(JsonNode.Parse(text), schema, where);
        }
        catch (JsonException e)
        {
            return [$"the {where} is not JSON: {e.Message}"];
        }
    }
}
