using System.Net.Http.Json;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>
/// Sends short texts to an address that takes Slack's incoming webhooks (<c>{"text": "…"}</c>:
/// https://api.slack.com/messaging/webhooks), as Mattermost, Discord's <c>/slack</c> and others do. The address holds a
/// secret, so it is never told. A failure is logged and nothing more: no work waits for a notice.
/// </summary>
public sealed partial class Messenger(ConversationOptions options, OutgoingText outgoing, TimeProvider time, ILogger<Messenger> logger) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private const int MostTries = 3;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends it once. It is tried again only where it cannot have arrived: no connection, or 429.</summary>
    /// <returns>What came of it, in words without the address.</returns>
    public async Task<string> SendAsync(string text, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(options.Notifications?.Current(), UriKind.Absolute, out var address))
            return "given up: there is no address";
        for (var tries = 1; ; tries++)
        {
            var (result, mayTryAgain) = await TryAsync(address, text, cancellationToken);
            if (!mayTryAgain || tries == MostTries)
            {
                if (result != "sent")
                    Log.NotSent(logger, result);
                return result;
            }

            await Task.Delay(Between * tries, time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(string Result, bool MayTryAgain)> TryAsync(Uri address, string text, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await _http.PostAsJsonAsync(address, new { text = Escaped(outgoing.Body(text)) }, either.Token);
            return answer.IsSuccessStatusCode ? ("sent", false) : ($"given up: it was answered {(int)answer.StatusCode}", (int)answer.StatusCode == 429);
        }
        catch (HttpRequestException e)
        {
            return ($"given up: no answer ({e.HttpRequestError})", e.InnerException is SocketException);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ("given up: no answer in time", false);
        }
    }

    // What Slack reads as its own markup: <!channel> would call everybody.
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A notification could not be sent to WEBHOOK_URL: {Reason}")]
        public static partial void NotSent(ILogger logger, string reason);
    }
}
