using Microsoft.Extensions.DependencyInjection.Extensions;
using Spectre.Console;

namespace ClaudeBot.Hosting.Terminal;

internal static class TerminalRegistration
{
    /// <summary>The live table, and the log lines above it instead of straight to the console.</summary>
    public static IServiceCollection AddTerminal(this IServiceCollection services, IAnsiConsole console)
    {
        services.RemoveAll<ILoggerProvider>();
        return services.AddSingleton(console).AddSingleton<ILoggerProvider, TerminalLog>().AddHostedService<LiveTasks>();
    }
}
