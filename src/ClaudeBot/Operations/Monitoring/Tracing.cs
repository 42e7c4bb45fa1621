using ClaudeBot.Configuration;
using ClaudeBot.Runs;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ClaudeBot.Operations.Monitoring;

internal static class Tracing
{
    /// <summary>
    /// Sends the traces of tasks where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says, by OTLP over HTTP with protobuf; the path
    /// <c>/v1/traces</c> is added (OpenTelemetry Protocol Exporter, "Endpoint URLs for OTLP/HTTP").
    /// </summary>
    public static IServiceCollection AddTracing(this IServiceCollection services, BotConfiguration configuration)
    {
        if (configuration.Get(DoorSettings.OtlpEndpoint) is not { } endpoint)
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService("claude-bot", serviceInstanceId: configuration.Get(BotSettings.BotId)))
            .WithTracing(tracing => tracing.AddSource(RunTrace.SourceName).AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/traces");
            }));
        return services;
    }
}
