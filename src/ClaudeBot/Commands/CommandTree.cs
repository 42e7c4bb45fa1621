using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Hosting;

namespace ClaudeBot.Commands;

/// <summary>The verbs of the program, and the one place where exceptions become exit codes.</summary>
public static class CommandTree
{
    /// <summary>Runs the program.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var parsed = Build(surroundings).Parse(arguments);
        // Signals are the host's affair; the other verbs just end.
        var invocation = new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            var code = await parsed.InvokeAsync(invocation, cancellationToken);
            return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
        }
        catch (Exception error)
        {
            return Report(error, surroundings.Error);
        }
    }

    private static RootCommand Build(Surroundings surroundings)
    {
        var options = new GlobalOptions();
        var root = new RootCommand("Claude Bot: a labelled issue becomes a pull request.");
        options.AddTo(root);
        root.Subcommands.Add(ConfigCommands.Build(options, surroundings));
        var hosts = new HostCommands(options, surroundings);
        root.Subcommands.Add(hosts.Up());
        root.Subcommands.Add(hosts.Run());
        root.Subcommands.Add(hosts.Once());
        root.Subcommands.Add(new QueueCommands(options, surroundings).Build());
        var insight = new InsightCommands(options, surroundings);
        root.Subcommands.Add(insight.Explain());
        root.Subcommands.Add(insight.Timeline());
        root.Subcommands.Add(insight.Status());
        root.Subcommands.Add(insight.Labels());
        return root;
    }

    private static int Report(Exception error, TextWriter output)
    {
        switch (error)
        {
            case ConfigurationException { Faults: var faults }:
                foreach (var fault in faults)
                    output.WriteLine($"ERROR configuration: {fault}");
                return ExitCode.Configuration;
            case CommandException command:
                output.WriteLine($"ERROR {command.Message}");
                return command.ExitCode;
            case GitHubException { Kind: GitHubFaultKind.Unauthorized or GitHubFaultKind.Forbidden }:
                output.WriteLine($"ERROR auth: {error.Message}");
                return ExitCode.Authentication;
            case GitHubException or UnavailableException:
                output.WriteLine($"ERROR {error.Message}");
                return ExitCode.Unavailable;
            default:
                output.WriteLine($"ERROR {Hosting.Logging.LogText.OneLine(error.ToString())}");
                return ExitCode.Failed;
        }
    }
}
