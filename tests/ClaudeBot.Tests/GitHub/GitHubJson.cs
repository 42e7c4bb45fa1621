using System.Globalization;
using System.Text.Json;

namespace ClaudeBot.Tests.GitHub;

/// <summary>Answers in GitHub's form, as small as its description of required fields that we read allows.</summary>
internal static class GitHubJson
{
    public static string User(long id, string login, string type = "User") =>
        $$"""{"login":{{Quoted(login)}},"id":{{id}},"type":"{{type}}","site_admin":false}""";

    public static string Issue(int number, string title, string? body, IEnumerable<string> labels, string state = "open", bool isPull = false, string updatedAt = "2026-01-02T03:04:05Z") =>
        $$"""
        {"id":{{9_000_000_000 + number}},"node_id":"I_{{number}}","number":{{number}},"title":{{Quoted(title)}},"body":{{Quoted(body)}},"state":"{{state}}",
         "html_url":"https://github.example/acme/shop/issues/{{number}}","user":{{User(7, "ada")}},
         "labels":[{{string.Join(',', labels.Select(label => Label(label)))}}],
         {{(isPull ? "\"pull_request\":{\"url\":\"https://x/1\",\"merged_at\":null}," : "")}}
         "comments":0,"locked":false,"created_at":"2026-01-01T00:00:00Z","updated_at":"{{updatedAt}}","closed_at":null,"state_reason":null}
        """;

    public static string Label(string name) =>
        $$"""{"id":{{name.Length + 8_000_000_000}},"name":{{Quoted(name)}},"color":"00d4aa","default":false,"description":null}""";

    public static string Event(long id, string kind, string? actor, string? label, string at) =>
        $$"""
        {"id":{{id.ToString(CultureInfo.InvariantCulture)}},"node_id":"E","event":"{{kind}}","actor":{{actor ?? "null"}},"commit_id":null,"created_at":"{{at}}"
         {{(label is null ? "" : $",\"label\":{{\"name\":{Quoted(label)},\"color\":\"ffffff\"}}")}} }
        """;

    public static string Comment(long id, string? body, string? user) =>
        $$"""
        {"id":{{id}},"node_id":"C","body":{{Quoted(body)}},"user":{{user ?? "null"}},"html_url":"https://github.example/c/{{id}}",
         "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","author_association":"NONE"}
        """;

    public static string PullRequest(int number, string branch, string state = "open", string? mergedAt = null, string? body = "B") =>
        $$"""
        {"id":{{7_000_000_000 + number}},"number":{{number}},"title":"T","body":{{Quoted(body)}},"state":"{{state}}","draft":true,
         "merged_at":{{Quoted(mergedAt)}},"html_url":"https://github.example/acme/shop/pull/{{number}}","user":{{User(7, "ada")}},
         "head":{"label":"acme:{{branch}}","ref":"{{branch}}","sha":"{{new string('a', 40)}}","user":null,"repo":null},
         "base":{"label":"acme:main","ref":"main","sha":"{{new string('b', 40)}}","user":null,"repo":null},
         "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}
        """;

    public static string Quoted(string? text) => JsonSerializer.Serialize(text);
}
