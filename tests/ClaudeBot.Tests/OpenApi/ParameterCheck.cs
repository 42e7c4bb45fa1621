using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.Requests;
using Microsoft.AspNetCore.WebUtilities;

namespace ClaudeBot.Tests.OpenApi;

/// <summary>Checks path and query of a request against the parameters of its operation.</summary>
internal sealed class ParameterCheck(SchemaCheck check)
{
    public IEnumerable<string> Faults(RecordedExchange exchange, string[] template, JsonElement operation)
    {
        var described = Described(operation).ToLookup(parameter => parameter.GetProperty("in").GetString());
        var query = QueryHelpers.ParseQuery(exchange.Query);
        var names = described["query"].ToDictionary(parameter => parameter.GetProperty("name").GetString()!, StringComparer.Ordinal);
        foreach (var unknown in query.Keys.Where(name => !names.ContainsKey(name)))
        {
            yield return $"GitHub knows no query parameter '{unknown}'";
        }

        foreach (var (name, parameter) in names)
        {
            if (query.TryGetValue(name, out var value))
            {
                foreach (var fault in Value(value.ToString(), parameter, $"query {name}"))
                {
                    yield return fault;
                }
            }
            else if (parameter.TryGetProperty("required", out var required) && required.GetBoolean())
            {
                yield return $"the query parameter '{name}' is missing";
            }
        }

        var segments = exchange.Path.Split('/');
        foreach (var parameter in described["path"])
        {
            var name = parameter.GetProperty("name").GetString();
            var at = Array.IndexOf(template, $"{{{name}}}");
            foreach (var fault in at < 0 || template.Length != segments.Length ? [] : Value(Uri.UnescapeDataString(segments[at]), parameter, $"path {name}"))
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<JsonElement> Described(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(check.Resolve) : [];

    private IEnumerable<string> Value(string text, JsonElement parameter, string where)
    {
        var schema = check.Resolve(parameter.GetProperty("schema"));
        JsonNode? value = (schema.TryGetProperty("type", out var type) ? type.GetString() : null) switch
        {
            "integer" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            "boolean" when bool.TryParse(text, out var flag) => flag,
            "array" => new JsonArray([.. text.Split(',').Select(item => (JsonNode)item)]),
            _ => text,
        };
        return check.Faults(value, schema, where);
    }
}
