using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Tests.Playground.GitHub;

/// <summary>A playground of one test: <c>octo/shop</c> (owner octo), writer wendy, reader rhea, and a temporary folder.</summary>
internal sealed class PlaygroundFixture : IAsyncDisposable
{
    public const string Shop = "octo/shop";
    private readonly DirectoryInfo folder;
    private readonly ConcurrentBag<HttpClient> clients = [];

    private PlaygroundFixture(PlaygroundHost host, DirectoryInfo folder) => (Host, this.folder) = (host, folder);

    public PlaygroundHost Host { get; }

    public string Folder => folder.FullName;

    public Repository Repository => Host.GitHub.Repository(Shop);

    public static async Task<PlaygroundFixture> StartAsync(CancellationToken cancellationToken, Func<PlaygroundOptions, PlaygroundOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("playground-test-");
        var options = new PlaygroundOptions { DataFolder = Path.Combine(folder.FullName, "repositories") };
        var host = await PlaygroundHost.StartAsync(change?.Invoke(options) ?? options, cancellationToken);
        host.GitHub.AddUser("octo", "octo-token");
        host.GitHub.AddUser("wendy", "wendy-token");
        host.GitHub.AddUser("rhea", "rhea-token");
        Dictionary<string, string> files = new() { ["README.md"] = "# Shop\n", ["src/price.txt"] = "one\ntwo\nthree\n" };
        await host.GitHub.CreateRepositoryAsync(Shop, files, cancellationToken);
        host.GitHub.SetPermission(Shop, "wendy", Permission.Write);
        return new PlaygroundFixture(host, folder);
    }

    /// <summary>A client of the API, signed in as <paramref name="login"/>, or as nobody.</summary>
    public HttpClient Client(string? login)
    {
        var client = new HttpClient { BaseAddress = new Uri(Host.ApiUrl + "/") };
        if (login is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{login}-token");
        }

        clients.Add(client);
        return client;
    }

    /// <summary>Makes a branch off main with one new file, by git over HTTP as wendy, and gives the sha of its head.</summary>
    public async Task<string> PushBranchAsync(string branch, string path, string text, CancellationToken cancellationToken)
    {
        var clone = Path.Combine(Folder, $"push-{Guid.NewGuid():N}");
        await Git.RunAsync(Folder, cancellationToken, "clone", "-q", Address("wendy"), clone);
        await Git.RunAsync(clone, cancellationToken, "checkout", "-q", "-B", branch, "origin/main");
        await File.WriteAllTextAsync(Path.Combine(clone, path), text, cancellationToken);
        await Git.RunAsync(clone, cancellationToken, "add", "-A");
        await Git.RunAsync(clone, cancellationToken, "commit", "-q", "-m", $"Add {path}");
        await Git.RunAsync(clone, cancellationToken, "push", "-q", "-f", "origin", branch);
        return (await Git.RunAsync(clone, cancellationToken, "rev-parse", "HEAD")).Trim();
    }

    /// <summary>The address of a repository with a token in it: good enough for a test.</summary>
    public string Address(string login, string repository = Shop) =>
        $"http://anyone:{login}-token@{Host.ServerUrl.Authority}/{repository}.git";

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }

        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

internal static class Answers
{
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken)).ShouldNotBeNull();

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, cancellationToken);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await response.Content.ReadAsStringAsync(cancellationToken));
        return await response.JsonAsync(cancellationToken);
    }

    /// <summary>Sends, expects <paramref name="status"/>, and gives the answer.</summary>
    public static async Task<JsonNode> SendJsonAsync(
        this HttpClient client, HttpMethod method, string path, object? body, int status, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request, cancellationToken);
        ((int)response.StatusCode).ShouldBe(status, await response.Content.ReadAsStringAsync(cancellationToken));
        return status == 204 ? new JsonObject() : await response.JsonAsync(cancellationToken);
    }
}
