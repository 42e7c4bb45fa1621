using ClaudeBot.Hosting;
using ClaudeBot.Hosting.Terminal;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace ClaudeBot.Tests.Hosting.Terminal;

public sealed class TerminalTests : IDisposable
{
    private readonly HostRoom _room = new();
    private readonly StringWriter _screen = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_table_shows_each_running_task_with_step_and_cost()
    {
        var console = Console();
        await using var host = _room.Build(BotRole.Once, services => services.AddTerminal(console));
        var (queue, journal) = (host.Services.GetRequiredService<ITaskQueue>(), host.Services.GetRequiredService<IRunJournal>());
        var table = host.Services.GetServices<IHostedService>().OfType<LiveTasks>().Single();
        console.Write(await table.LookAsync(Token));
        _screen.ToString().ShouldContain("Nothing runs; 0 tasks wait.");

        await AddAsync(queue, 1, "First [red]task[/]");
        await AddAsync(queue, 2, "Second task");
        var lease = (await queue.ClaimAsync(new WorkerIdentity("test", "boot"), new QueueOptions(), Token))!;
        await journal.BeginStepAsync(lease.Id, lease.Fence, RunStep.Push, "{}", Token);
        await queue.AddCostAsync(lease.Id, 0.25m, Token);
        console.Write(await table.LookAsync(Token));

        var shown = _screen.ToString();
        shown.ShouldContain(lease.Id.Value);
        shown.ShouldContain("First [red]task[/]");
        shown.ShouldContain("pushing");
        shown.ShouldContain("$0.25");
        shown.ShouldContain("1 tasks wait");
        shown.ShouldNotContain("Second task");
    }

    [Fact]
    public async Task Log_lines_go_through_the_terminal_masked_and_on_one_line()
    {
        _room.Environment["LOG_LEVEL"] = "INFO";
        await using var host = _room.Build(BotRole.Once, services => services.AddTerminal(Console()));
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ClaudeBot.Test");
        logger.Log(LogLevel.Error, default, "github-token-of-tests\n[bold]x", null, (state, _) => state);
        _screen.ToString().ShouldContain("ERROR Test ***\\n[bold]x");
    }

    private IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_screen) });
        console.Profile.Width = 160;
        return console;
    }

    private static async Task AddAsync(ITaskQueue queue, int issue, string title) =>
        (await queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Issue, Repository = RepositoryName.Parse("acme/shop"), IssueNumber = issue, Title = title, Description = "x", RequestedBy = "mona", ObservedAt = TimeProvider.System.GetUtcNow() },
            Token)).ShouldBeOfType<EnqueueResult.Added>();
}
