namespace ClaudeBot.Operations.Monitoring;

/// <summary>Pushes the metrics every minute while the bot stays up, and once more when everything else has ended.</summary>
/// <param name="isShort">The process makes one pass, which nobody could scrape: it pushes at its end only.</param>
internal sealed class MetricsPush(Pushgateway gateway, TimeProvider time, bool isShort) : BackgroundService, IHostedLifecycleService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // What the other services did last, as they stopped, is in it.
    public Task StoppedAsync(CancellationToken cancellationToken) => gateway.PushAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (isShort)
            return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await gateway.PushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
