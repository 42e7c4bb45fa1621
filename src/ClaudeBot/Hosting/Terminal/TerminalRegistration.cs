using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

namespace ClaudeBot.Hosting.Terminal;

internal static class TerminalRegistration
{
    /// <summary>The live table, and the log lines above it instead of straight to the console.</summary>
    public static IServiceCollection AddTerminal(this IServiceCollection services, IAnsiConsole console)
    {
        foreach (var plain in services.Where(service => service.ImplementationType == typeof(ConsoleLoggerProvider)).ToArray())
            services.Remove(plain);
        return services.AddSingleton(console).AddSingleton<ILoggerProvider, TerminalLog>().AddHostedService<LiveTasks>();
    }
}
