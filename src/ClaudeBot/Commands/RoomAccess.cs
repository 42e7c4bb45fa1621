using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;

namespace ClaudeBot.Commands;

/// <summary>Opens the rooms for a verb that looks or changes something and ends; the running bot is not disturbed.</summary>
internal static class RoomAccess
{
    public static Task<int> UseAsync(ParseResult parsed, GlobalOptions options, Surroundings surroundings, ConfigurationNeeds needs, Func<IServiceProvider, Task<int>> work) =>
        UseAsync(options.ReadChecked(parsed, surroundings, needs), surroundings, work);

    public static Task<int> UseAsync(BotConfiguration configuration, Surroundings surroundings, Func<IServiceProvider, Task<int>> work) =>
        UseAsync(configuration, surroundings, services => services, work);

    /// <param name="more">What the verb needs beside the rooms.</param>
    public static async Task<int> UseAsync(BotConfiguration configuration, Surroundings surroundings, Func<IServiceCollection, IServiceCollection> more, Func<IServiceProvider, Task<int>> work)
    {
        if (!Directory.Exists(configuration.DataDirectory))
            throw new UnavailableException($"The data folder {configuration.DataDirectory} is not there. Start the bot once, or set BOT_DATA_DIR.");
        var services = new ServiceCollection();
        services.AddLogging();
        more(services.AddRooms(configuration, surroundings.Time));
        await using var provider = services.BuildServiceProvider();
        return await work(provider);
    }
}
