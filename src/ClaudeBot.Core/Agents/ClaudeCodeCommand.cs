using System.Globalization;
using ClaudeBot.Processes;

namespace ClaudeBot.Agents;

/// <summary>How Claude Code is called. Each flag has its reason in docs/adr/0007-claude-code-flags.md.</summary>
internal static class ClaudeCodeCommand
{
    private const string Allowed = "Bash,Edit,Write,Read,Glob,Grep,NotebookEdit,Task,TodoWrite,Skill";

    // They plan for later, leave the work tree, or need a network that the agent does not have.
    private const string Disallowed =
        "CronCreate,CronDelete,CronList,ScheduleWakeup,EnterWorktree,ExitWorktree,DesignSync,SendMessage,ListAgents,WebFetch,WebSearch,Workflow,Monitor";

    private const string AllowedToRead = "Read,Glob,Grep,Task,TodoWrite";
    private const string Writing = ",Bash,Edit,Write,NotebookEdit,Skill";

    public static ProcessRequest Build(string program, string searchPath, string session, AgentRequest request) => new()
    {
        Program = program,
        Arguments = [.. Arguments(session, request)],
        WorkingDirectory = request.WorkTree,
        StandardInput = request.Prompt,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = searchPath,
            ["HOME"] = request.Home,
            ["LANG"] = "C.UTF-8",
            ["ANTHROPIC_BASE_URL"] = request.Gateway.Address.ToString().TrimEnd('/'),
            ["ANTHROPIC_API_KEY"] = request.Gateway.Token,
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
            ["DISABLE_TELEMETRY"] = "1",
            ["DISABLE_ERROR_REPORTING"] = "1",
        },
    };

    private static IEnumerable<string> Arguments(string session, AgentRequest request)
    {
        yield return "--print";
        yield return "--output-format=stream-json";
        yield return "--verbose";
        yield return "--setting-sources=user";
        yield return "--strict-mcp-config";
        yield return "--permission-mode=dontAsk";
        yield return "--permission-prompts=none";
        yield return $"--allowedTools={(request.IsReadOnly ? AllowedToRead : Allowed)}";
        yield return $"--disallowedTools={Disallowed}{(request.IsReadOnly ? Writing : "")}";
        yield return request.ResumeSession is null ? $"--session-id={session}" : $"--resume={session}";
        if (request.Model is not null)
            yield return $"--model={request.Model}";
        if (request.BudgetUsd is { } budget)
            yield return $"--max-budget-usd={budget.ToString(CultureInfo.InvariantCulture)}";
        if (request.SystemPrompt is { Length: > 0 } instructions)
            yield return $"--append-system-prompt-file={WriteInstructions(request.Home, instructions)}";
    }

    /// <summary>A file, since an argument is seen by every process of the machine and holds 128 KB at most.</summary>
    private static string WriteInstructions(string home, string instructions)
    {
        var file = Path.Combine(home, ClaudeCodeHome.Instructions);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        // A new file or none: a link that the agent left there would lead the host's hand anywhere.
        using var text = new StreamWriter(new FileStream(file, FileMode.CreateNew));
        text.Write(instructions);
        return file;
    }
}
