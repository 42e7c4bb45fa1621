using System.CommandLine;

namespace ClaudeBot.Playground.Demo;

/// <summary>The verb <c>try</c>: a playground and a bot beside it, until stopped.</summary>
internal static class TryCommand
{
    private const int FirstPort = 8090;

    public static Command Create()
    {
        var options = new BotOptions();
        var data = new Option<string>("--data") { Description = "Where playground and bot keep their data. It is emptied at the start.", DefaultValueFactory = _ => Path.Combine(".data", "playground") };
        var command = new Command("try", "Run the playground and a bot that works on it, until stopped: label an issue on the page, get a pull request.") { data };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Read(parsed), Path.GetFullPath(parsed.GetRequiredValue(data)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BotChoice bot, string folder, CancellationToken cancellationToken)
    {
        // The playground's issues live in memory, so what an earlier bot knew about them is about others.
        foreach (var name in new[] { "github", "bot" })
        {
            if (Directory.Exists(Path.Combine(folder, name)))
                Directory.Delete(Path.Combine(folder, name), recursive: true);
        }

        try
        {
            await using var town = await Town.StartAsync(new() { DataFolder = Path.Combine(folder, "github"), Port = FirstPort }, bot.ModelKey, cancellationToken);
            var settings = new Dictionary<string, string>(town.BotSettings()) { ["AGENT"] = bot.Agent };
            await using var process = BotProcess.Start(bot.Program, Path.Combine(folder, "bot"), settings, Console.WriteLine);
            var ports = await process.WhenListeningAsync(TimeProvider.System, cancellationToken);
            if (ports.WebhookPort is { } door)
                await town.AddHookAsync(door, cancellationToken);
            Greet(town, ports);
            return await process.WhenEndedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static void Greet(Town town, BotPorts ports) => Console.WriteLine($"""

          The playground (not GitHub)  {town.Host.ServerUrl}{town.Sample.Name}
          The status page              http://127.0.0.1:{ports.StatusPort}/
          The model                    {(town.Claude is null ? "the real API (ANTHROPIC_API_KEY is set)" : "scripted; set ANTHROPIC_API_KEY to use the real one")}

          Open an issue in the playground and give it the label 'claude-bot'. Ctrl-C stops both.

        """);
}
