using System.Net.Http.Headers;
using ClaudeBot.Triggers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.Webhooks;

/// <summary>
/// The door for GitHub's deliveries: verifies, stores, answers; nothing else happens inside the request. Nothing of
/// the body is looked at before its signature is verified.
/// </summary>
internal sealed partial class WebhookDoor(
    WebhookOptions options,
    IInbox inbox,
    InboxSignal signal,
    WebhookMetrics metrics,
    TimeProvider time,
    ILogger<WebhookDoor> logger)
{
    private const int LongestName = 200;
    private const string RetryAfter = "30";

    private readonly BodyBudget _memory = new(options.LargestBacklog);

    public async Task<IResult> ReceiveAsync(HttpContext http)
    {
        var request = http.Request;
        using var share = _memory.Open();
        DeliveryReading reading;
        try
        {
            reading = await DeliveryBody.ReadAsync(request, WebhookOptions.LargestBody, share, http.RequestAborted);
        }
        catch (BadHttpRequestException fault)
        {
            return Refuse(http, fault.StatusCode, "The body could not be read.");
        }

        if (reading.Refusal == StatusCodes.Status503ServiceUnavailable)
            return Later(http, "Too many deliveries are under way at once; deliver it again later.");
        if (reading.Body is not { } body)
            return Refuse(http, StatusCodes.Status413PayloadTooLarge, "The body is larger than the 25 MB that GitHub sends at most.");
        if (!IsJson(request.ContentType))
            return Refuse(http, StatusCodes.Status415UnsupportedMediaType, "The content type must be application/json: choose it in the webhook's settings under Content type.");

        var secrets = new[] { options.Secret.Current(), options.NextSecret.Current() }.OfType<string>().ToArray();
        if (secrets.Length == 0)
            Log.NoSecret(logger, options.Secret.Name);
        if (!DeliverySignature.IsValid(request.Headers["X-Hub-Signature-256"], body, secrets))
            return Refuse(http, StatusCodes.Status401Unauthorized, "The header X-Hub-Signature-256 is missing or is no signature of this body under the webhook's secret.");

        if (Name(request, "X-GitHub-Delivery") is not { } id)
            return Refuse(http, StatusCodes.Status400BadRequest, "The header X-GitHub-Delivery is missing or is no delivery id.");
        if (Name(request, "X-GitHub-Event") is not { } eventName)
            return Refuse(http, StatusCodes.Status400BadRequest, "The header X-GitHub-Event is missing or is no event name.");
        if (!DeliveryBody.IsJsonObject(body))
            return Refuse(http, StatusCodes.Status400BadRequest, "The body is not a JSON object.");

        return await StoreAsync(http, new Delivery { Id = id, Event = eventName, Body = body, ReceivedAt = time.GetUtcNow() });
    }

    private async Task<IResult> StoreAsync(HttpContext http, Delivery delivery)
    {
        try
        {
            // GitHub hangs up after ten seconds and does not send again: what was read and verified is kept all the same.
            var isNew = await inbox.StoreAsync(delivery, CancellationToken.None);
            if (isNew)
                signal.Set();
            metrics.Verified(delivery.Event, isNew ? "stored" : "known");
            Log.Accepted(logger, delivery.Event, delivery.Id, isNew ? "stored" : "known already");
            return TypedResults.Accepted((string?)null);
        }
        catch (InboxFullException full)
        {
            return Later(http, $"{full.Message} Deliver it again later.");
        }
        catch (Exception fault)
        {
            // GitHub does not send again by itself, but people and our own poll do; the answer must not claim success.
            metrics.Verified(delivery.Event, "not_stored");
            Log.NotStored(logger, delivery.Event, delivery.Id, fault);
            http.Response.Headers.RetryAfter = RetryAfter;
            return Problem(StatusCodes.Status503ServiceUnavailable, "The delivery could not be stored now; deliver it again later.");
        }
    }

    private ProblemHttpResult Later(HttpContext http, string reason)
    {
        http.Response.Headers.RetryAfter = RetryAfter;
        return Refuse(http, StatusCodes.Status503ServiceUnavailable, reason);
    }

    private ProblemHttpResult Refuse(HttpContext http, int status, string reason)
    {
        metrics.Refused(status);
        Log.Refused(logger, status, reason, http.Connection.RemoteIpAddress?.ToString() ?? "an unknown address");
        return Problem(status, reason);
    }

    private static ProblemHttpResult Problem(int status, string reason) => TypedResults.Problem(reason, statusCode: status);

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>A header that is one word of visible ASCII, so that it can stand in a log line and be a key.</summary>
    private static string? Name(HttpRequest request, string header) =>
        request.Headers[header] is [{ Length: > 0 and <= LongestName } value] && value.All(letter => letter is > ' ' and <= '~') ? value : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Webhook {Event} delivery {Delivery}: {Outcome}")]
        public static partial void Accepted(ILogger logger, string @event, string delivery, string outcome);

        [LoggerMessage(2, LogLevel.Warning, "Webhook refused with {Status}: {Reason} It came from {From}")]
        public static partial void Refused(ILogger logger, int status, string reason, string from);

        [LoggerMessage(3, LogLevel.Error, "Webhook {Event} delivery {Delivery} could not be stored")]
        public static partial void NotStored(ILogger logger, string @event, string delivery, Exception fault);

        [LoggerMessage(4, LogLevel.Error, "{Setting} is not set, so no webhook delivery can be verified and none is accepted: auth is impossible")]
        public static partial void NoSecret(ILogger logger, string setting);
    }
}
