using System.Globalization;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.GitHub.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>Cuts lists into pages and links them: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api.</summary>
internal static class Paging
{
    private const int DefaultSize = 30;
    private const int LargestSize = 100;

    public static Answer Page<T>(this ApiCall call, IEnumerable<T> items, Func<T, JsonNode> view) =>
        call.Page(items, view, (_, page) => page);

    /// <summary>As the other; <paramref name="wrap"/> gets the count of all and the page as an array.</summary>
    public static Answer Page<T>(this ApiCall call, IEnumerable<T> items, Func<T, JsonNode> view, Func<int, JsonArray, JsonNode> wrap)
    {
        var all = items.ToArray();
        var size = Math.Clamp(call.QueryNumber("per_page") ?? DefaultSize, 1, LargestSize);
        var page = Math.Max(1, call.QueryNumber("page") ?? 1);
        var last = Math.Max(1, (all.Length + size - 1) / size);
        var answer = Answer.Ok(wrap(all.Length, all.Skip((page - 1) * size).Take(size).Select(view).Listed()));
        List<string> links = [];
        if (page > 1)
        {
            links.Add(Link(call, Math.Min(page - 1, last), "prev"));
        }

        if (page < last)
        {
            links.Add(Link(call, page + 1, "next"));
            links.Add(Link(call, last, "last"));
        }

        if (page > 1)
        {
            links.Add(Link(call, 1, "first"));
        }

        return links.Count == 0 ? answer : answer.With("Link", string.Join(", ", links));
    }

    /// <summary>Lists that only grow at their head are cut by the id of the last entry, not by number, as GitHub's logs of deliveries are.</summary>
    public static Answer CursorPage<T>(this ApiCall call, IReadOnlyList<T> newestFirst, Func<T, long> id, Func<T, JsonNode> view)
    {
        var size = Math.Clamp(call.QueryNumber("per_page") ?? DefaultSize, 1, LargestSize);
        var below = long.TryParse(call.Query("cursor")?.Replace("v1_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor : long.MaxValue;
        var rest = newestFirst.Where(item => id(item) < below).ToArray();
        var page = rest.Take(size).ToArray();
        var answer = Answer.Ok(page.Select(view).Listed());
        return page.Length < rest.Length ? answer.With("Link", Link(call, "cursor", $"v1_{id(page[^1])}", "next")) : answer;
    }

    private static string Link(ApiCall call, int page, string relation) => Link(call, "page", page.ToString(CultureInfo.InvariantCulture), relation);

    private static string Link(ApiCall call, string parameter, string value, string relation)
    {
        var query = QueryHelpers.ParseQuery(call.Http.Request.QueryString.Value);
        query[parameter] = value;
        var address = QueryHelpers.AddQueryString(call.GitHub.Directory.At.Html + call.Http.Request.Path.ToUriComponent(), query);
        return $"<{address}>; rel=\"{relation}\"";
    }
}
