namespace ClaudeBot.Agents;

/// <summary>One thing a <see cref="ScriptedAgent"/> does.</summary>
public abstract record ScriptedStep
{
    private ScriptedStep()
    {
    }

    /// <summary>Says something; the last words are the summary.</summary>
    public sealed record Say(string Text) : ScriptedStep;

    /// <summary>Writes a file; the path is relative to the work tree.</summary>
    public sealed record Write(string Path, string Content) : ScriptedStep;

    /// <summary>Runs a command of <c>bash</c> in the work tree.</summary>
    public sealed record Run(string Command) : ScriptedStep;

    /// <summary>Waits until the task of the signal ends; the limits of the run hold meanwhile.</summary>
    public sealed record WaitFor(Func<CancellationToken, Task> Signal) : ScriptedStep;

    /// <summary>Adds to the cost, in US dollars.</summary>
    public sealed record Spend(decimal Usd) : ScriptedStep;

    /// <summary>Ends the run here.</summary>
    public sealed record End(AgentEnding Ending, string Summary) : ScriptedStep;
}
