using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Metadata;

namespace ClaudeBot.Webhooks;

internal static class WebhookRegistration
{
    /// <summary>Adds the door; needs <see cref="WebhookOptions"/>, the inbox, the triggers and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookDoor>()
        .AddSingleton<WebhookMetrics>()
        .AddSingleton<Meter>(provider => provider.GetRequiredService<WebhookMetrics>());

    /// <summary>Maps <c>POST /webhooks/github</c>.</summary>
    public static RouteHandlerBuilder MapWebhooks(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/webhooks/github", (HttpContext http, WebhookDoor door) => door.ReceiveAsync(http))
        .WithMetadata(new BodyLimit());

    /// <summary>Kestrel stops reading here, a little above GitHub's cap, so that the door itself gives the answer.</summary>
    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => WebhookOptions.LargestBody + 1024 * 1024;
    }
}
