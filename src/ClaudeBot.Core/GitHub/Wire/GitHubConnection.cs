using System.Runtime.CompilerServices;
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

    private readonly Penalties _penalties;
    private readonly Uri _graphQl;

    /// <param name="transport">Innermost; owned from now on.</param>
    public GitHubConnection(GitHubOptions options, IPenaltyStore penalties, TimeProvider time, ILogger logger, HttpMessageHandler transport)
    {
        var address = options.ApiUrl.AbsoluteUri;
        var api = new Uri(address.EndsWith('/') ? address : address + "/");
        var content = new ContentWrites(options.ContentPerMinute, options.ContentPerHour, time);
        Budget = new GitHubBudget(content, time);
        _graphQl = options.GraphQlUrl;
        _penalties = new Penalties(penalties, api.Authority, time, logger);
        Metrics = new GitHubMetrics(Budget, () => _penalties.IsHeld, time);
        _http = new HttpClientAdapter(() => Chain(
            transport,
            new MeasuringHandler(Metrics.Calls, time),
            new JobLogHandler(),
            new ConditionalCacheHandler(new AnswerCache(CacheBytes)),
            new CredentialsHandler(options.Credential, api, options.GraphQlUrl),
            // Outside the credentials: no token is minted for a call that may not be sent.
            new RateLimitHandler(_penalties, Budget, time, logger),
            new PacingHandler(options.WriteSpacing, content, time),
            new RetryHandler(options.ReadRetries, options.RetryDelay, time),
            new FaultHandler(options.Credential.Mask, logger)));
        _http.SetRequestTimeout(Timeout.InfiniteTimeSpan);
        var version = typeof(GitHubConnection).Assembly.GetName().Version?.ToString(3);
        _connection = new Connection(
            new ProductHeaderValue("claude-bot", version),
            api,
            new InMemoryCredentialStore(Credentials.Anonymous),
            _http,
            new SimpleJsonSerializer());
    }

    public GitHubBudget Budget { get; }

    public GitHubMetrics Metrics { get; }

    /// <exception cref="GitHubException">A rate limit holds.</exception>
    public Task RequireNoPenaltyAsync(string call, CancellationToken cancellationToken) => _penalties.RequireNoneAsync(call, cancellationToken);

    /// <summary>One object.</summary>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Get<T>(uri, null, null, cancellationToken), cancellationToken), path);

    /// <summary>One object in another form than the usual.</summary>
    /// <param name="accept">The media type that names the form.</param>
    public async Task<T> GetAsync<T>(string path, string accept, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Get<T>(uri, null, accept, cancellationToken), cancellationToken), path);

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
        await foreach (var (page, isNew) in PagesAsync<List<T>>(path, cancellationToken))
        {
            items.AddRange(page);
            changed |= isNew;
        }

        return new ConditionalList<T>(items, changed);
    }

    /// <summary>The pages in order, each fetched when it is asked for, with whether it changed since it was read last.</summary>
    public async IAsyncEnumerable<(T Page, bool Changed)> PagesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken) where T : class
    {
        var seen = new HashSet<string>();
        for (var page = path; page is not null && seen.Add(page);)
        {
            var answer = await SentAsync(page, uri => _connection.Get<T>(uri, null, null, cancellationToken), cancellationToken);
            yield return (Body(answer, page), !answer.HttpResponse.Headers.ContainsKey(ConditionalCacheHandler.UnchangedHeader));
            page = answer.HttpResponse.ApiInfo?.Links.GetValueOrDefault("next")?.AbsoluteUri;
        }
    }

    /// <summary>Sends nothing and expects nothing but that it is accepted.</summary>
    public Task PostAsync(string path, CancellationToken cancellationToken) =>
        SentAsync(path, uri => _connection.Post(uri, cancellationToken), cancellationToken);

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Post<T>(uri, body, null, null, (IDictionary<string, string>?)null, cancellationToken), cancellationToken), path);

    /// <summary>A call of the GraphQL API about a repository.</summary>
    public Task<T> PostGraphQlAsync<T>(RepositoryName repository, object body, CancellationToken cancellationToken) where T : class =>
        PostAsync<T>(CredentialsHandler.About(_graphQl, repository), body, cancellationToken);

    public async Task<T> PatchAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Patch<T>(uri, body), cancellationToken), path);

    public async Task<T> PutAsync<T>(string path, object body, CancellationToken cancellationToken) where T : class =>
        Body(await SentAsync(path, uri => _connection.Put<T>(uri, body), cancellationToken), path);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        SentAsync(path, _connection.Delete, cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        Metrics.Dispose();
    }

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
