using System.Collections.Immutable;
using System.Text;

namespace ClaudeBot.Playground.Requests;

/// <summary>
/// One request to the REST API and its answer. <paramref name="Path"/> is what stands behind <c>/api/v3</c>, as it was sent;
/// <paramref name="Query"/> is without its question mark. <paramref name="RouteTemplate"/> (<c>/repos/{owner}/{repo}/issues</c>) is null
/// where no endpoint answers. <paramref name="Headers"/> are without the authorization. <paramref name="Fault"/> names the
/// fault that changed the answer, if one did; <paramref name="Status"/> 0 then means that no answer was sent.
/// </summary>
public sealed record RecordedExchange(
    long Number, DateTimeOffset At, string? Login, string Method, string Path, string Query, string? RouteTemplate,
    ImmutableDictionary<string, string> Headers, ImmutableArray<byte> Body, int Status,
    ImmutableDictionary<string, string> ResponseHeaders, ImmutableArray<byte> ResponseBody, string? Fault)
{
    public string BodyText => Encoding.UTF8.GetString(Body.AsSpan());

    public string ResponseBodyText => Encoding.UTF8.GetString(ResponseBody.AsSpan());

    public override string ToString() => $"{Number} {Method} {Path}{(Query.Length == 0 ? "" : "?")}{Query} {Status}{(Fault is null ? "" : $" ({Fault})")}";
}
