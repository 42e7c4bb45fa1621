using System.Net;
using System.Net.Http.Headers;
using ClaudeBot.Secrets;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;

namespace ClaudeBot.Commands;

/// <summary>Knocks at a webhook door as GitHub does, and follows what becomes of it.</summary>
internal sealed class WebhookPing(Uri door, SecretSource secret, IInbox inbox, IIntakeProgress progress, TimeProvider time) : IDisposable
{
    private static readonly byte[] Body = """{"zen":"Keep it logically awesome.","hook_id":1,"hook":{"type":"Repository","id":1,"name":"web","active":true,"events":["*"]}}"""u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>The <c>X-GitHub-Delivery</c> of the signed ping.</summary>
    public string Delivery { get; } = Guid.NewGuid().ToString();

    /// <summary>Up to the first step that is not as it should be.</summary>
    public async Task<IReadOnlyList<Step>> RunAsync(CancellationToken cancellationToken)
    {
        var steps = new List<Step>();
        foreach (var step in new Func<CancellationToken, Task<Step>>[] { UnsignedAsync, SignedAsync, StoredAsync, DecidedAsync, RepeatedAsync })
        {
            steps.Add(await step(cancellationToken));
            if (!steps[^1].IsGood)
                break;
        }

        return steps;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Step> UnsignedAsync(CancellationToken cancellationToken)
    {
        var (status, said) = await SendAsync(isSigned: false, cancellationToken);
        return new Step("unsigned", status == HttpStatusCode.Unauthorized, status == HttpStatusCode.Unauthorized ? "refused with 401, as it must be" : said, status is null ? ExitCode.Unavailable : ExitCode.Failed);
    }

    private async Task<Step> SignedAsync(CancellationToken cancellationToken)
    {
        var (status, said) = await SendAsync(isSigned: true, cancellationToken);
        return new Step(
            "signed",
            status == HttpStatusCode.Accepted,
            status == HttpStatusCode.Unauthorized ? $"{said}. The bot there has another GITHUB_WEBHOOK_SECRET than this one: set both to the same" : said,
            status switch { null or HttpStatusCode.ServiceUnavailable => ExitCode.Unavailable, HttpStatusCode.Unauthorized => ExitCode.Authentication, _ => ExitCode.Failed });
    }

    private async Task<Step> StoredAsync(CancellationToken cancellationToken)
    {
        var isStored = (await progress.StoredAsync([Delivery], cancellationToken)).Count > 0;
        return new Step("stored", isStored, isStored ? "it is in this bot's ledger" : "it is not in the ledger of BOT_DATA_DIR: another bot answered, or BOT_DATA_DIR is not that bot's", ExitCode.Failed);
    }

    private async Task<Step> DecidedAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (await inbox.FindDecisionAsync(Delivery, cancellationToken) is { } decided)
                return new Step("decided", true, $"{decided.Outcome}: {decided.Reason}", ExitCode.Ok);
            if (time.GetElapsedTime(began) > Patience)
                return new Step("decided", false, $"not within {Patience.TotalSeconds:0} seconds; {await inbox.CountPendingAsync(cancellationToken)} deliveries wait. See the log for why", ExitCode.Failed);
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private async Task<Step> RepeatedAsync(CancellationToken cancellationToken)
    {
        var (status, said) = await SendAsync(isSigned: true, cancellationToken);
        return new Step("repeated", status == HttpStatusCode.Accepted, status == HttpStatusCode.Accepted ? "202, and known by its id: nothing is done twice" : said, ExitCode.Failed);
    }

    private async Task<(HttpStatusCode? Status, string Said)> SendAsync(bool isSigned, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("claude-bot-webhook-test", null));
        request.Headers.Add("X-GitHub-Event", "ping");
        request.Headers.Add("X-GitHub-Delivery", isSigned ? Delivery : Guid.NewGuid().ToString());
        if (isSigned)
            request.Headers.Add("X-Hub-Signature-256", DeliverySignature.Of(Body, secret.Current() ?? ""));
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return (answer.StatusCode, $"answered {(int)answer.StatusCode}{(text.Length == 0 ? "" : $": {(text.Length > 300 ? text[..300] : text)}")}");
        }
        catch (HttpRequestException error)
        {
            return (null, $"the door cannot be reached: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {_http.Timeout.TotalSeconds:0} seconds");
        }
    }

    /// <param name="ExitCode">When it is not good.</param>
    internal sealed record Step(string Name, bool IsGood, string Detail, [property: System.Text.Json.Serialization.JsonIgnore] int ExitCode);
}
