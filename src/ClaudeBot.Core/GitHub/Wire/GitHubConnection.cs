using Microsoft.Extensions.Logging;
using Octokit;
using Octokit.Internal;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Octokit's connection over our own handlers. Addresses are relative to the configured API address, exactly as
/// configured: Octokit's own client would add <c>/api/v3</c>.
/// </summary>
internal sealed class GitHubConnection : IDisposable
{
    private const long CacheBytes = 64 * 1024 * 1024;

    private readonly HttpClientAdapter _http;
    private readonly Connection _connection;

    public GitHubConnection(GitHubOptions options, TimeProvider time, ILogger logger)
    {
        var address = options.ApiUrl.AbsoluteUri;
        var api = new Uri(address.EndsWith('/') ? address : address + "/");
        _http = new HttpClientAdapter(() => Chain(
            new TransportHandler(options.RequestTimeout, time),
            new RateLimitHandler(time, logger),
            new ConditionalCacheHandler(new AnswerCache(CacheBytes)),
            new CredentialsHandler(options.Token, api, options.GraphQlUrl),
            new WriteSpacingHandler(options.WriteSpacing, time),
            new RetryHandler(options.ReadRetries, options.RetryDelay, time),
            new FaultHandler(options.Token.Mask, logger)));
        _http.SetRequestTimeout(Timeout.InfiniteTimeSpan);
        var version = typeof(GitHubConnection).Assembly.GetName().Version?.ToString(3);
        _connection = new Connection(
            new ProductHeaderValue("claude-bot", version),
            api,
            new InMemoryCredentialStore(Credentials.Anonymous),
            _http,
            new SimpleJsonSerializer());
    }

    /// <summary>One object.</summary>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Get<T>(uri, null, null, cancellationToken), cancellationToken), path);

    /// <summary>One object; null on 404.</summary>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellationToken);
        }
        catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>All pages of a list, in order. Unchanged when the server answered 304 to each page.</summary>
    public async Task<ConditionalList<T>> ListAsync<T>(string path, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var changed = false;
        var seen = new HashSet<string>();
        for (var page = path; page is not null && seen.Add(page);)
        {
            var answer = await SentAsync(page, uri => _connection.Get<List<T>>(uri, null, null, cancellationToken), cancellationToken);
            items.AddRange(Body(answer, page));
            changed |= !answer.HttpResponse.Headers.ContainsKey(ConditionalCacheHandler.UnchangedHeader);
            page = answer.HttpResponse.ApiInfo?.Links.GetValueOrDefault("next")?.AbsoluteUri;
        }

        return new ConditionalList<T>(items, changed);
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Post<T>(uri, body, null, null, (IDictionary<string, string>?)null, cancellationToken), cancellationToken), path);

    public async Task<T> PatchAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Patch<T>(uri, body), cancellationToken), path);

    public async Task<T> PutAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Put<T>(uri, body), cancellationToken), path);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        SentAsync(path, _connection.Delete, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static HttpMessageHandler Chain(HttpMessageHandler innermost, params ReadOnlySpan<DelegatingHandler> outwards)
    {
        var handler = innermost;
        foreach (var outer in outwards)
        {
            outer.InnerHandler = handler;
            handler = outer;
        }

        return handler;
    }

    /// <summary>
    /// Octokit takes no cancellation token for some writes, so the wait is what is cancelled: such a write may still
    /// be applied, as after a lost answer.
    /// </summary>
    private static async Task<T> SentAsync<T>(string path, Func<Uri, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await send(new Uri(path, UriKind.RelativeOrAbsolute)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubFaultKind.Transient, $"{path}: no answer in time", null, null);
        }
        catch (Exception fault) when (fault is not (GitHubException or OperationCanceledException))
        {
            // What is left is an answer that Octokit could not read: cut off, or not of the form that GitHub documents.
            throw new GitHubException(GitHubFaultKind.Transient, $"{path}: the answer could not be read: {fault.GetType().Name}", null, fault);
        }
    }

    private static T Body<T>(IApiResponse<T> answer, string path) where T : class =>
        answer.Body ?? throw new GitHubException(GitHubFaultKind.Transient, $"{path}: the answer is empty", null, null);
}
