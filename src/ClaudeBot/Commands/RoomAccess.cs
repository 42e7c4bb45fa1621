using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;

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
        // Opened by this program, the ledger would change beneath a bot that does not know the new schema.
        if (DataFolderLock.IsTaken(configuration.DataDirectory) && SqliteLedger.PendingUpgrade(configuration.Ledger()) is { } upgrade)
            throw new UnavailableException($"A bot of an earlier version is at work on {configuration.DataDirectory}: its ledger has schema {upgrade.From}, this program needs {upgrade.To}. Use the claude-bot of that version, or start the bot of this one.");
        var services = new ServiceCollection();
        services.AddLogging();
        more(services.AddRooms(configuration, surroundings.Time));
        await using var provider = services.BuildServiceProvider();
        return await work(provider);
    }
}
