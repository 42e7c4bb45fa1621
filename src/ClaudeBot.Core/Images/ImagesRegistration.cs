using ClaudeBot.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Images;

public static class ImagesRegistration
{
    /// <summary>Adds <see cref="IssueImages"/>. Needs the rooms GitHub and Processes, and a <see cref="TimeProvider"/>; <see cref="ImageOptions"/> are the defaults where none are given.</summary>
    public static IServiceCollection AddImages(this IServiceCollection services)
    {
        services.AddSandbox();
        services.TryAddSingleton<ImageOptions>();
        services.TryAddSingleton<ImageAddresses>();
        services.TryAddSingleton<ImageDownloads>();
        services.TryAddSingleton<ImageReader>();
        services.TryAddSingleton<IssueImages>();
        return services;
    }
}
