using System.Net.Http.Headers;
using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>
/// Sends all series to the Pushgateway of <c>PROMETHEUS_PUSHGATEWAY_URL</c>, as the group of this bot: each push takes the
/// place of the one before ("Pushing metrics", PUT).
/// </summary>
/// <param name="job"><see cref="BotJob"/> or <see cref="PassJob"/>.</param>
internal sealed partial class Pushgateway(MetricsExport export, BotConfiguration configuration, TimeProvider time, ILogger<Pushgateway> logger, string job) : IDisposable
{
    /// <summary>The job under which Prometheus scrapes bots, too.</summary>
    public const string BotJob = "claude_bot";

    /// <summary>Of passes that begin and end under a timer: the alerts about starts, polls and silence do not count it.</summary>
    public const string PassJob = "claude_bot_once";

    /// <summary>No run waits longer for it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // A redirect is not followed: what is sent goes where the operator said, and nowhere else.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    private readonly Uri _group = new($"{configuration.Get(DoorSettings.Pushgateway)!.AbsoluteUri.TrimEnd('/')}/metrics/job/{job}/instance/{Uri.EscapeDataString(configuration.Get(BotSettings.BotId)!)}");
    private readonly Outage _outage = new();

    /// <summary>Pushes what is now. A failure is a line in the log, once until a push succeeds again, and nothing else.</summary>
    public async Task PushAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await SendAsync(either.Token);
            if (_outage.Ends())
                Log.Again(logger, _group);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            if (_outage.Fails())
                Log.Failed(logger, _group, error is OperationCanceledException ? $"no answer within {Longest.TotalSeconds:0} s" : error.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await export.WriteAsync(text, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Put, _group) { Content = new ByteArrayContent(text.GetBuffer(), 0, (int)text.Length) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(MonitoringRegistration.TextFormat);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"it answers {(int)answer.StatusCode}");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the metrics are not pushed to {Address}: {Reason}; the work goes on without")]
        public static partial void Failed(ILogger logger, Uri address, string reason);

        [LoggerMessage(2, LogLevel.Information, "the metrics are pushed to {Address} again")]
        public static partial void Again(ILogger logger, Uri address);
    }
}
