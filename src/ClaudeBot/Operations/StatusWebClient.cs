using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.Operations;

/// <summary>The status web refused <c>STATUS_TOKEN</c>.</summary>
public sealed class StatusWebRefusedException(string message) : Exception(message);

/// <summary>Tells the status web of <c>STATUS_WEB_URL</c> how the bot is doing, and asks it for orders.</summary>
public sealed class StatusWebClient : IDisposable
{
    private readonly BotConfiguration _configuration;
    private readonly Meter _meter = new("ClaudeBot.Operations.StatusWeb");
    private readonly ApiCalls _calls;

    // A redirect is not followed: it could carry the token elsewhere.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private static readonly JsonSerializerOptions Orders = new(StatusJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public StatusWebClient(BotConfiguration configuration) => (_configuration, _calls) = (configuration, new ApiCalls(_meter, "web_dashboard"));

    /// <summary>The reports, for monitoring. Orders are asked for so often that they would hide whether anything else succeeds.</summary>
    public Meter Metrics => _meter;

    /// <summary>The status web's address; null when none is told.</summary>
    public Uri? Address => _configuration.Get(BotSettings.StatusWebUrl);

    /// <summary>Posts the status. Does nothing without an address.</summary>
    /// <exception cref="StatusWebRefusedException">401 or 403.</exception>
    /// <exception cref="UnavailableException">It did not answer, or not with success.</exception>
    public async Task PublishAsync(BotStatus status, CancellationToken cancellationToken)
    {
        if (Address is not { } address)
            return;
        var began = TimeProvider.System.GetTimestamp();
        var succeeded = false;
        try
        {
            await PostAsync(address, $"api/status/{Uri.EscapeDataString(status.BotId)}", JsonSerializer.SerializeToUtf8Bytes(status, ReportJson.Form), cancellationToken);
            succeeded = true;
        }
        finally
        {
            _calls.Ended(succeeded, TimeProvider.System.GetElapsedTime(began));
        }
    }

    /// <summary>Tells what came of orders, and gives those that wait for this bot.</summary>
    /// <exception cref="StatusWebRefusedException">401 or 403.</exception>
    /// <exception cref="UnavailableException">There is no address, it did not answer, or not with a list of orders.</exception>
    public async Task<IReadOnlyList<OrderForBot>> ExchangeOrdersAsync(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken)
    {
        var address = Address ?? throw new UnavailableException("STATUS_WEB_URL is not set.");
        var path = $"api/status/{Uri.EscapeDataString(_configuration.Get(BotSettings.BotId)!)}/orders";
        var answer = await PostAsync(address, path, JsonSerializer.SerializeToUtf8Bytes(new OrderResults(results), Orders), cancellationToken);
        try
        {
            if (JsonSerializer.Deserialize<OrdersForBot>(answer, Orders) is { } given && given.Orders.All(order => order is not null))
                return given.Orders;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new UnavailableException($"The status web {address} answered with something else than orders.");
    }

    /// <returns>The answer's body.</returns>
    private async Task<byte[]> PostAsync(Uri address, string path, byte[] body, CancellationToken cancellationToken)
    {
        var door = new Uri(new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), path);
        // Bytes, so that the request states its length: the status web asks for it.
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (_configuration.Secret(BotSettings.StatusToken).Current() is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new StatusWebRefusedException($"auth: the status web {address} answered {(int)response.StatusCode}. STATUS_TOKEN must be the same there and here.");
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : throw new UnavailableException($"The status web {address} answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException error)
        {
            throw new UnavailableException($"The status web {address} cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"The status web {address} did not answer within {_http.Timeout.TotalSeconds:0} seconds.");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _meter.Dispose();
    }
}
