using System.CommandLine;

namespace ClaudeBot.Playground.Demo;

/// <summary>The verb <c>serve</c>: the playground alone, and a file of settings for any bot that is to work on it.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The port of the local GitHub on 127.0.0.1; 0 takes any.", DefaultValueFactory = _ => 8090 };
        var data = new Option<string>("--data") { Description = "Where it keeps its git repositories and bot.env. It must be empty: the state lives in memory.", DefaultValueFactory = _ => Path.Combine(".data", "serve") };
        var webhookPort = new Option<int?>("--webhook-port") { Description = "The port on this machine where the bot's webhook door is; without it nothing is delivered and the bot polls." };
        var command = new Command("serve", "Run the playground alone until it is stopped. The settings for a bot are written to bot.env.") { port, data, webhookPort };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Path.GetFullPath(parsed.GetRequiredValue(data)), parsed.GetValue(port), parsed.GetValue(webhookPort), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, int port, int? webhookPort, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            await Console.Error.WriteLineAsync($"The folder {folder} is not empty. Name another with --data, or remove it.");
            return 78;
        }

        await using var town = await Town.StartAsync(new() { DataFolder = Path.Combine(folder, "github"), Port = port }, BotOptions.ModelKey(), cancellationToken);
        if (webhookPort is { } door)
            await town.AddHookAsync(door, cancellationToken);
        var settings = Path.Combine(folder, "bot.env");
        await using (var file = new FileStream(settings, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        await using (var writer = new StreamWriter(file))
        {
            foreach (var (name, value) in town.BotSettings())
                await writer.WriteLineAsync($"{name}={value}");
        }

        Console.WriteLine($"""
            The playground (not GitHub) listens at {town.Host.ServerUrl}{town.Sample.Name}
            Point a bot at it with: claude-bot up --env-file {settings}
            """);
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
            await stopped.Task;
        return 0;
    }
}
