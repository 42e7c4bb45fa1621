using System.CommandLine;
using ClaudeBot.Agents;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Hosting;
using ClaudeBot.Hosting.Terminal;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Triggers;
using Spectre.Console;

namespace ClaudeBot.Commands;

/// <summary><c>up</c>, <c>run</c> and <c>once</c>.</summary>
internal sealed class HostCommands(GlobalOptions options, Surroundings surroundings)
{
    private readonly Option<bool> _plain = new("--plain") { Description = "Log lines only, also on a terminal." };

    public Command Up()
    {
        var up = new Command("up", "Run the bot and its status web until told to stop.\nExample: claude-bot up --env-file .env") { _plain };
        up.SetAction((parsed, token) => RunAsync(parsed, BotRole.Up, token));
        return up;
    }

    public Command Run()
    {
        var role = new Option<string>("--role") { Description = "all; or, on one data folder, one ingest (take in issues, keep the queue) and any number of worker (work on tasks).", DefaultValueFactory = _ => "all" };
        role.AcceptOnlyFromAmong("all", "ingest", "worker");
        var run = new Command("run", "Run the bot without the status web.\nExample: claude-bot run --role worker") { role };
        run.SetAction((parsed, token) => RunAsync(parsed, Enum.Parse<BotRole>(parsed.GetValue(role)!, ignoreCase: true), token));
        return run;
    }

    public Command Once()
    {
        var once = new Command("once", "Look for issues once, work on everything that waits, and end. Exit code 69 when GitHub could not be reached for one of the repositories, else 1 when a task failed.\nExample: claude-bot once --env-file .env") { _plain };
        once.SetAction(OnceAsync);
        return once;
    }

    public Command Web()
    {
        var web = new Command("web", "Run the status web alone; bots report to it.\nExample: claude-bot web --set STATUS_PORT=5000");
        web.SetAction(async (parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None);
            if (configuration.Get(DoorSettings.StatusPort) is not { } port)
                throw new ConfigurationException([new ConfigurationFault(DoorSettings.StatusPort.Name, "it is off, and 'web' has nothing else to do", "Give it a port")]);
            await using var host = BotHost.BuildWeb(configuration, port, surroundings.Time);
            return await RunAsync(host, token);
        });
        return web;
    }

    private static async Task<int> RunAsync(WebApplication host, CancellationToken cancellationToken)
    {
        using var impatience = new SecondSignal();
        await StartAsync(host, cancellationToken);
        await host.WaitForShutdownAsync(cancellationToken);
        await ThrowIfServiceFailedAsync(host);
        return ExitCode.Ok;
    }

    // A service that failed has stopped the host, and the program must not end as if all were well.
    private static Task ThrowIfServiceFailedAsync(WebApplication host) =>
        Task.WhenAll(host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Select(service => service.ExecuteTask).OfType<Task>().Where(work => work.IsFaulted));

    private static async Task StartAsync(WebApplication host, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            // What did start must not find its services gone.
            await host.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, BotRole role, CancellationToken cancellationToken)
    {
        var configuration = options.ReadChecked(parsed, surroundings, role switch
        {
            BotRole.Ingest => ConfigurationNeeds.Bot & ~ConfigurationNeeds.Model,
            BotRole.Worker => ConfigurationNeeds.Bot & ~ConfigurationNeeds.Doors, // It takes in no deliveries.
            _ => ConfigurationNeeds.Bot,
        });
        using var folder = DataFolderLock.Take(configuration.DataDirectory, role);
        await using var host = BotHost.Build(configuration, role, surroundings.Time, role == BotRole.Up ? services => AddTerminal(services, parsed, configuration) : null);
        if (role != BotRole.Ingest)
            RequireAgent(host, configuration);
        return await RunAsync(host, cancellationToken);
    }

    private async Task<int> OnceAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.Bot);
        using var folder = DataFolderLock.Take(configuration.DataDirectory, BotRole.Once);
        await using var host = BotHost.Build(configuration, BotRole.Once, surroundings.Time, services => AddTerminal(services, parsed, configuration));
        RequireAgent(host, configuration);
        using var impatience = new SecondSignal();
        var began = surroundings.Time.GetUtcNow();
        await StartAsync(host, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Lifetime.ApplicationStopping);
        try
        {
            var poll = await host.Services.GetRequiredService<IssuePoller>().PollOnceAsync(either.Token);
            await host.Services.GetRequiredService<PullRequestPoller>().PollOnceAsync(either.Token);
            await host.Services.GetRequiredService<TriggerProcessor>().DrainAsync(either.Token);
            await host.Services.GetRequiredService<FollowUpMaker>().MakeDueAsync(either.Token);
            // Before: files dropped in are tasks. After: what ended has its file.
            await host.Services.GetRequiredService<Spool>().SweepAsync(either.Token);
            await host.Services.GetRequiredService<QueueWorker>().DrainAsync(either.Token);
            await host.Services.GetRequiredService<StateAnnouncer>().RunOnceAsync(either.Token);
            await host.Services.GetRequiredService<Postman>().RunOnceAsync(either.Token);
            await host.Services.GetRequiredService<Spool>().SweepAsync(either.Token);
            return poll.Failed > 0 ? ExitCode.Unavailable : await FailedSinceAsync(host, began, either.Token) ? ExitCode.Failed : ExitCode.Ok;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
            await ThrowIfServiceFailedAsync(host);
        }
    }

    // Nobody else may use the folder meanwhile: what ended since then was this pass's.
    private static async Task<bool> FailedSinceAsync(WebApplication host, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var ended = await host.Services.GetRequiredService<ITaskQueue>().ListAsync(new TaskFilter { States = [TaskState.Failed, TaskState.Dead], Limit = int.MaxValue }, cancellationToken);
        return ended.Any(task => task.EndedAt >= began);
    }

    private void AddTerminal(IServiceCollection services, ParseResult parsed, BotConfiguration configuration)
    {
        if (surroundings.IsTerminal && !configuration.Get(BotSettings.StructuredLogging) && !parsed.GetValue(_plain))
            services.AddTerminal(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(surroundings.Out) }));
    }

    // An agent that was asked for by name and is missing is told at once, not at the first task.
    private static void RequireAgent(WebApplication host, BotConfiguration configuration)
    {
        if (configuration.Get(WorkSettings.Agent) == "claude-code")
            host.Services.GetRequiredService<ClaudeCodeProgram>().Require();
    }
}
