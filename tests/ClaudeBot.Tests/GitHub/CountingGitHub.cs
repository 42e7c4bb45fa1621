using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.GitHub;

/// <summary>
/// GitHub's limits without its network: answers every call of a run at once, counts, and refuses as GitHub does what goes
/// over 5,000 calls an hour, 80 content writes a minute or 500 an hour.
/// </summary>
internal sealed partial class CountingGitHub(TimeProvider time) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<Call> _calls = [];

    public sealed record Call(DateTimeOffset At, string Method, string Path, int Status)
    {
        public bool IsWrite => Method != "GET";

        public bool IsContent => IsWrite && !Path.Contains("/labels", StringComparison.Ordinal);
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    /// <summary>The most calls of a kind within any stretch of time of the given length.</summary>
    public int MostWithin(TimeSpan length, Func<Call, bool> kind)
    {
        var calls = Calls.Where(kind).Select(call => call.At).ToList();
        var (first, most) = (0, 0);
        for (var last = 0; last < calls.Count; last++)
        {
            while (calls[first] <= calls[last] - length)
                first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var call = new Call(time.GetUtcNow(), request.Method.Method, path, 200);
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        lock (_lock)
        {
            var hour = _calls.Where(earlier => earlier.At > call.At.AddHours(-1) && earlier.Status != 304).ToList();
            var isRefused = hour.Count >= 5000
                || (call.IsContent && (hour.Count(c => c.IsContent) >= 500 || hour.Count(c => c.IsContent && c.At > call.At.AddMinutes(-1)) >= 80));
            if (isRefused)
                Refuse(response);
            else
                Answer(request, path, response);
            response.Headers.Add("x-ratelimit-limit", "5000");
            response.Headers.Add("x-ratelimit-remaining", (5000 - hour.Count).ToString(CultureInfo.InvariantCulture));
            response.Headers.Add("x-ratelimit-reset", call.At.AddMinutes(30).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            _calls.Add(call with { Status = (int)response.StatusCode });
        }

        return Task.FromResult(response);
    }

    private static void Refuse(HttpResponseMessage response)
    {
        response.StatusCode = HttpStatusCode.Forbidden;
        response.Headers.Add("retry-after", "60");
        response.Content = Json("""{"message":"You have exceeded a secondary rate limit."}""");
    }

    private static void Answer(HttpRequestMessage request, string path, HttpResponseMessage response)
    {
        var number = Number().Match(path) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var json = (request.Method.Method, path) switch
        {
            ("GET", _) when path.EndsWith("/permission", StringComparison.Ordinal) => $$"""{"permission":"write","role_name":"write","user":{{GitHubJson.User(7, "ada")}}}""",
            (_, _) when path.Contains("/pulls", StringComparison.Ordinal) => GitHubJson.PullRequest(number, "bot/issue"),
            (_, _) when path.Contains("/labels", StringComparison.Ordinal) => "[]",
            (_, _) when path.Contains("/comments", StringComparison.Ordinal) => GitHubJson.Comment(number + 1, "x", null),
            ("GET", _) when path.EndsWith("/issues", StringComparison.Ordinal) => $"[{GitHubJson.Issue(1, "t", "b", ["claude-bot"])}]",
            _ => GitHubJson.Issue(number, "t", "b", ["claude-bot"]),
        };
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))}\"";
        if (request.Method == HttpMethod.Get && request.Headers.IfNoneMatch.ToString() == etag)
        {
            response.StatusCode = HttpStatusCode.NotModified;
            return;
        }

        response.Content = Json(json);
        if (request.Method == HttpMethod.Get)
            response.Headers.TryAddWithoutValidation("ETag", etag);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    [GeneratedRegex("/(?:issues|pulls|comments)/([0-9]+)")]
    private static partial Regex Number();
}
