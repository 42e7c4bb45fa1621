using System.CommandLine;
using System.Text.Json;

namespace ClaudeBot.Playground.Demo;

/// <summary>The verb <c>demo</c>: the whole job once, from a labelled issue to a pull request, then stop.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var options = new BotOptions();
        var command = new Command("demo", "Do the whole job once: label an issue on a local GitHub, let the bot work, check its pull request. The last line is one JSON object.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BotChoice bot, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var folder = Directory.CreateTempSubdirectory("claude-bot-demo-").FullName;
        using var limit = new CancellationTokenSource(LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var result = await new DemoRun(bot, folder, time).RunAsync(either.Token);
            Console.WriteLine(JsonSerializer.Serialize(result, Form));
            return result.State == "succeeded" ? 0 : 1;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"No pull request after {LongestRun.TotalMinutes:0} minutes; the bot's lines above say how far it came.");
            return 1;
        }
        catch (InvalidOperationException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
