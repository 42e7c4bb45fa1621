using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.OpenApi;

/// <summary>
/// Checks a JSON value against a schema of OpenAPI 3.0: references, type and nullable, enum, formats, lengths, ranges,
/// patterns, items, required and additional properties, allOf, anyOf, oneOf.
/// </summary>
internal sealed class SchemaCheck(JsonElement root)
{
    /// <summary>Follows <c>$ref</c> until there is none.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(root, (at, name) => at.GetProperty(name.Replace("~1", "/", StringComparison.Ordinal)));
        }

        return schema;
    }

    public IEnumerable<string> Faults(JsonNode? value, JsonElement schema, string where)
    {
        schema = Resolve(schema);
        if (value is null)
        {
            return IsNullable(schema) ? [] : [$"{where} is null"];
        }

        return Type(value, schema, where) is { } wrongType
            ? [wrongType]
            : [.. Enumerated(value, schema, where), .. Shape(value, schema, where), .. Combined(value, schema, where)];
    }

    private bool IsNullable(JsonElement schema)
    {
        if (schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        {
            return true;
        }

        if (schema.TryGetProperty("enum", out var values) && values.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null))
        {
            return true;
        }

        var parts = new[] { "oneOf", "anyOf" }.Where(name => schema.TryGetProperty(name, out _)).SelectMany(name => schema.GetProperty(name).EnumerateArray());
        return parts.Any(part => IsNullable(Resolve(part))) || IsAnything(schema);
    }

    private static bool IsAnything(JsonElement schema) =>
        !new[] { "type", "properties", "enum", "oneOf", "anyOf", "allOf" }.Any(name => schema.TryGetProperty(name, out _));

    private static string? Type(JsonNode value, JsonElement schema, string where)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        var kind = value.GetValueKind();
        var fits = type.GetString() switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "number" => kind == JsonValueKind.Number,
            "integer" => kind == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number),
            _ => false,
        };
        return fits ? null : $"{where} is {kind}, not {type.GetString()}";
    }

    private static IEnumerable<string> Enumerated(JsonNode value, JsonElement schema, string where) =>
        !schema.TryGetProperty("enum", out var values) || values.EnumerateArray().Any(item => JsonNode.DeepEquals(JsonNode.Parse(item.GetRawText()), value))
            ? []
            : [$"{where} is {value.ToJsonString()}, none of {values.GetRawText()}"];

    private IEnumerable<string> Shape(JsonNode value, JsonElement schema, string where) => value switch
    {
        JsonObject json => Properties(json, schema, where),
        JsonArray array => Items(array, schema, where),
        _ => Scalar(value, schema, where),
    };

    private IEnumerable<string> Properties(JsonObject json, JsonElement schema, string where)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(item => item.GetString()!).Where(name => !json.ContainsKey(name)))
            {
                yield return $"{where}.{name} is missing";
            }
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasMore = schema.TryGetProperty("additionalProperties", out var more);
        foreach (var (name, value) in json)
        {
            var faults = hasProperties && properties.TryGetProperty(name, out var described) ? Faults(value, described, $"{where}.{name}")
                : hasMore && more.ValueKind == JsonValueKind.False ? [$"{where}.{name} is not described"]
                : hasMore && more.ValueKind == JsonValueKind.Object ? Faults(value, more, $"{where}.{name}")
                : [];
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<string> Items(JsonArray array, JsonElement schema, string where)
    {
        if (schema.TryGetProperty("maxItems", out var most) && array.Count > most.GetInt32())
        {
            yield return $"{where} has {array.Count} items, more than {most}";
        }

        if (schema.TryGetProperty("minItems", out var least) && array.Count < least.GetInt32())
        {
            yield return $"{where} has {array.Count} items, fewer than {least}";
        }

        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var fault in array.SelectMany((item, at) => Faults(item, items, $"{where}[{at}]")))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Scalar(JsonNode value, JsonElement schema, string where)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = value.Deserialize<decimal>();
            return (schema.TryGetProperty("minimum", out var least) && number < least.GetDecimal()) || (schema.TryGetProperty("maximum", out var most) && number > most.GetDecimal())
                ? [$"{where} is {number}, out of range"]
                : [];
        }

        return value.GetValueKind() == JsonValueKind.String ? Text(value.GetValue<string>(), schema, where) : [];
    }

    private static IEnumerable<string> Text(string text, JsonElement schema, string where)
    {
        var format = schema.TryGetProperty("format", out var named) ? named.GetString() : null;
        if (format == "date-time" && !DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            yield return $"{where} is no time: {text}";
        }

        if (format == "uri" && !Uri.TryCreate(text, UriKind.Absolute, out _))
        {
            yield return $"{where} is no address: {text}";
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)))
        {
            yield return $"{where} does not match {pattern}";
        }

        if (schema.TryGetProperty("maxLength", out var most) && text.Length > most.GetInt32())
        {
            yield return $"{where} is longer than {most}";
        }

        if (schema.TryGetProperty("minLength", out var least) && text.Length < least.GetInt32())
        {
            yield return $"{where} is shorter than {least}";
        }
    }

    private IEnumerable<string> Combined(JsonNode value, JsonElement schema, string where)
    {
        if (schema.TryGetProperty("allOf", out var all) && !IsUserOrEnterprise(all))
        {
            foreach (var fault in all.EnumerateArray().SelectMany(part => Faults(value, part, where)))
            {
                yield return fault;
            }
        }

        foreach (var name in (string[])["oneOf", "anyOf", "allOf"])
        {
            // Several alternatives of GitHub's "oneOf" overlap, so one that fits is enough for both words.
            if (schema.TryGetProperty(name, out var alternatives) && (name != "allOf" || IsUserOrEnterprise(alternatives)))
            {
                var tried = alternatives.EnumerateArray().Select(part => Faults(value, part, where).ToArray()).ToArray();
                if (tried.All(faults => faults.Length > 0))
                {
                    yield return $"{where} fits no alternative; the nearest: {string.Join("; ", tried.MinBy(faults => faults.Length)!)}";
                }
            }
        }
    }

    /// <summary>
    /// Where the description repeats an installation's account in place, it asks for a user and an enterprise at once; its
    /// own component <c>installation</c> says either.
    /// </summary>
    private bool IsUserOrEnterprise(JsonElement parts) =>
        parts.EnumerateArray().Select(part => Resolve(part).TryGetProperty("title", out var title) ? title.GetString() : null).SequenceEqual(["Simple User", "Enterprise"]);
}
