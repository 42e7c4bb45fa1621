using System.Net;
using ClaudeBot.Ledger;
using ClaudeBot.Secrets;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>The smallest server around the real door: Kestrel, the door and the ledger; nothing looks at what was stored.</summary>
internal static class BareDoor
{
    private const string SecretName = "GITHUB_WEBHOOK_SECRET";

    /// <param name="data">The ledger's folder.</param>
    public static async Task<int> RunAsync(string data, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "ClaudeBot.Benchmarks" });
        var mask = new SecretMask();
        builder.Services.AddRouting().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<InboxSignal>();
        builder.Services.AddSingleton(new LedgerOptions { DataDirectory = Path.GetFullPath(data), MaxPendingDeliveries = int.MaxValue }).AddLedger();
        builder.Services.AddSingleton(new WebhookOptions
        {
            Secret = new SecretSource(SecretName, () => Environment.GetEnvironmentVariable(SecretName), mask),
            NextSecret = new SecretSource($"{SecretName}_NEXT", () => null, mask),
        });
        builder.Services.AddWebhooks();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(IPAddress.Loopback, port);
        });

        await using var app = builder.Build();
        app.UseRouting();
        app.MapWebhooks();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
}
