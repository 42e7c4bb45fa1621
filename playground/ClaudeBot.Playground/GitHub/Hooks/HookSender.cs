using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Hooks;

/// <summary>
/// Posts one delivery with the headers of GitHub and writes it to the hook's log.
/// https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
/// </summary>
internal sealed class HookSender(GitHubDirectory directory) : IDisposable
{
    // GitHub waits ten seconds for an answer: https://docs.github.com/en/webhooks/using-webhooks/handling-webhook-deliveries
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    public async Task SendAsync(Outgoing outgoing, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(outgoing.Payload);
        using var request = new HttpRequestMessage(HttpMethod.Post, outgoing.Hook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var headers = Headers(outgoing, body);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var started = directory.Time.GetTimestamp();
        var (code, status, answerHeaders, answer) = await PostAsync(request, cancellationToken);
        outgoing.Hook.Deliveries = outgoing.Hook.Deliveries.Add(new HookDelivery(
            directory.NextId(), outgoing.DeliveryId, outgoing.Event, outgoing.Action, outgoing.Payload, outgoing.Repository, directory.Now, outgoing.IsRedelivery,
            directory.Time.GetElapsedTime(started), code, status, headers.Add("content-type", "application/json"), answerHeaders, answer));
    }

    public void Dispose() => http.Dispose();

    private static ImmutableDictionary<string, string> Headers(Outgoing outgoing, byte[] body)
    {
        var headers = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        headers["Accept"] = "*/*";
        headers["User-Agent"] = $"GitHub-Hookshot/{Convert.ToHexStringLower(SHA256.HashData(body))[..7]}";
        headers["X-GitHub-Delivery"] = outgoing.DeliveryId.ToString("D");
        headers["X-GitHub-Event"] = outgoing.Event;
        headers["X-GitHub-Hook-ID"] = outgoing.Hook.Id.ToString(CultureInfo.InvariantCulture);
        headers["X-GitHub-Hook-Installation-Target-ID"] = (outgoing.Hook.App?.Id ?? outgoing.Repository.Id).ToString(CultureInfo.InvariantCulture);
        headers["X-GitHub-Hook-Installation-Target-Type"] = outgoing.Hook.App is null ? "repository" : "integration";
        if (outgoing.Hook.Secret is { } secret)
        {
            var key = Encoding.UTF8.GetBytes(secret);
            headers["X-Hub-Signature-256"] = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, body))}";
        }

        return headers.ToImmutable();
    }

    private async Task<(int Code, string Status, ImmutableDictionary<string, string> Headers, string Body)> PostAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            return ((int)response.StatusCode, response.ReasonPhrase is { Length: > 0 } reason ? reason : "OK",
                response.Headers.ToImmutableDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase), answer);
        }
        catch (HttpRequestException)
        {
            return (0, "failed to connect to host", ImmutableDictionary<string, string>.Empty, "");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (0, "timed out", ImmutableDictionary<string, string>.Empty, "");
        }
    }
}
