using System.CommandLine;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground;

/// <summary>The verb <c>serve</c>: a playground that stays until it is stopped.</summary>
internal static class ServeCommand
{
    public const string Owner = "octo";
    public const string Bot = "claude-bot";

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The port of the local GitHub on 127.0.0.1; 0 takes any.", DefaultValueFactory = _ => 8090 };
        var data = new Option<string>("--data") { Description = "The folder of its git repositories. It must be empty: the state lives in memory.", DefaultValueFactory = _ => Path.Combine(".data", "playground") };
        var repository = new Option<string[]>("--repository") { Description = "OWNER/NAME=FOLDER: a repository made of the files of a folder.", AllowMultipleArgumentsPerToken = true };
        var webhookUrl = new Option<Uri?>("--webhook-url") { Description = "Where every repository's events are sent." };
        var webhookSecret = new Option<string?>("--webhook-secret-file") { Description = "The file of the word that deliveries are signed with; else PLAYGROUND_WEBHOOK_SECRET." };
        var command = new Command("serve", "Run the playground until it is stopped.") { port, data, repository, webhookUrl, webhookSecret };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new PlaygroundOptions { DataFolder = parsed.GetRequiredValue(data), Port = parsed.GetValue(port) },
            parsed.GetValue(repository) ?? [], parsed.GetValue(webhookUrl), Secret(parsed.GetValue(webhookSecret)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(PlaygroundOptions options, string[] repositories, Uri? webhookUrl, string? secret, CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.DataFolder) && Directory.EnumerateFileSystemEntries(options.DataFolder).Any())
        {
            await Console.Error.WriteLineAsync($"The folder {options.DataFolder} is not empty. Name another with --data, or remove it.");
            return 78;
        }

        await using var host = await PlaygroundHost.StartAsync(options, cancellationToken);
        host.GitHub.AddUser(Owner, Token("PLAYGROUND_OWNER_TOKEN"));
        host.GitHub.AddUser(Bot, Token("PLAYGROUND_BOT_TOKEN"));
        foreach (var parts in repositories.Select(text => text.Split('=', 2)))
        {
            if (parts.Length != 2 || parts[0].Split('/').Length != 2 || !Directory.Exists(parts[1]))
            {
                await Console.Error.WriteLineAsync($"--repository takes OWNER/NAME=FOLDER, and {string.Join('=', parts)} is not that, or there is no such folder.");
                return 2;
            }

            await host.GitHub.CreateRepositoryAsync(parts[0], parts[1], cancellationToken);
        }

        foreach (var repository in host.GitHub.Repositories)
        {
            host.GitHub.SetPermission(repository.FullName, Bot, Permission.Write);
            if (webhookUrl is not null)
            {
                await host.GitHub.AddHookAsync(repository.FullName, webhookUrl, secret, [], cancellationToken);
            }
        }

        Console.WriteLine($"Local GitHub (not GitHub): {host.ServerUrl}");
        Console.WriteLine($"GITHUB_SERVER_URL={host.ServerUrl}");
        Console.WriteLine($"GITHUB_API_URL={host.ApiUrl}");
        await Stopped(cancellationToken);
        return 0;
    }

    private static async Task Stopped(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }
    }

    // Tokens of the playground open nothing but the playground; they still come from the environment, never from argv.
    private static string? Token(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } token ? token : null;

    private static string? Secret(string? file) => file is null ? Token("PLAYGROUND_WEBHOOK_SECRET") : File.ReadAllText(file).Trim();
}
