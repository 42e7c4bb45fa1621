using System.CommandLine;
using ClaudeBot.Agents;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Hosting;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Ledger;
using ClaudeBot.Operations.Backups;
using Microsoft.AspNetCore.Connections;

namespace ClaudeBot.Commands;

/// <summary>The verbs of the program, and the one place where exceptions become exit codes.</summary>
public static class CommandTree
{
    /// <summary>Runs the program.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = new GlobalOptions();
        // Signals are the host's affair; the other verbs just end.
        var invocation = new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            var parsed = Build(options, surroundings).Parse(arguments);
            var code = await parsed.InvokeAsync(invocation, cancellationToken);
            return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
        }
        catch (Exception error)
        {
            var (code, lines) = Judge(error);
            foreach (var line in lines)
                surroundings.Error.WriteLine(options.Mask.Mask($"ERROR {LogText.OneLine(line)}"));
            return code;
        }
    }

    private static RootCommand Build(GlobalOptions options, Surroundings surroundings)
    {
        var root = new RootCommand("Claude Bot: a labelled issue becomes a reviewed, tested pull request.\nExample: claude-bot doctor --env-file .env\nExample: claude-bot up --env-file .env\nExample: claude-bot explain acme/shop#42") { HelpName = "claude-bot" };
        options.AddTo(root);
        root.Subcommands.Add(ConfigCommands.Build(options, surroundings));
        var hosts = new HostCommands(options, surroundings);
        root.Subcommands.Add(hosts.Up());
        root.Subcommands.Add(hosts.Run());
        root.Subcommands.Add(hosts.Web());
        root.Subcommands.Add(hosts.Once());
        var queue = new QueueCommands(options, surroundings).Build();
        new QueueCareCommands(options, surroundings).AddTo(queue);
        root.Subcommands.Add(queue);
        var insight = new InsightCommands(options, surroundings);
        root.Subcommands.Add(insight.Explain());
        root.Subcommands.Add(new TimelineCommand(options, surroundings).Build());
        root.Subcommands.Add(new StatusCommands(options, surroundings).Build());
        root.Subcommands.Add(insight.Labels());
        root.Subcommands.Add(new AuthCommands(options, surroundings).Build());
        root.Subcommands.Add(new LogCommands(options, surroundings).Build());
        root.Subcommands.Add(new DataCommands(options, surroundings).Build());
        root.Subcommands.Add(new HealthCommand(options, surroundings).Build());
        root.Subcommands.Add(new WebhookCommands(options, surroundings).Build());
        root.Subcommands.Add(new DoctorCommand(options, surroundings).Build());
        root.Subcommands.Add(CompletionCommand.Build(surroundings));
        ManualPages.AddTo(root);
        return root;
    }

    private static (int ExitCode, IEnumerable<string> Lines) Judge(Exception error) => error switch
    {
        ConfigurationException { Faults: var faults } => (ExitCode.Configuration, faults.Select(fault => $"configuration: {fault}")),
        BackupException => (ExitCode.Failed, [error.Message]),
        CommandException command => (command.ExitCode, [command.Message]),
        GitHubException { Kind: GitHubFaultKind.Unauthorized or GitHubFaultKind.Forbidden } => (ExitCode.Authentication, [$"auth: {error.Message}"]),
        GitHubException or UnavailableException or LedgerUnavailableException or LedgerVersionException or AgentUnavailableException => (ExitCode.Unavailable, [error.Message]),
        IOException { InnerException: AddressInUseException } => (ExitCode.Unavailable, [$"{error.Message} Another program listens there: stop it, or choose another port (WEBHOOK_PORT, METRICS_PORT, STATUS_PORT; 0 takes a free one)."]),
        OperationCanceledException => (ExitCode.Failed, ["interrupted"]),
        _ => (ExitCode.Failed, [error.ToString()]),
    };
}
