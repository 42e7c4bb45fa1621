namespace ClaudeBot.Agents;

/// <summary>One piece of work for an agent.</summary>
public sealed record AgentRequest
{
    public required TaskId TaskId { get; init; }

    /// <summary>The folder the agent works in; absolute.</summary>
    public required string WorkTree { get; init; }

    /// <summary>The agent's home folder, one for each issue, kept between its runs so that a session can be resumed.</summary>
    public required string Home { get; init; }

    /// <summary>Folders outside work tree and home that the agent may read, as the objects that its git borrows; absolute.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>What is asked; given by standard input, never as an argument.</summary>
    public required string Prompt { get; init; }

    /// <summary>Images that belong to the prompt, which names their files too: for an agent that cannot open them by itself.</summary>
    public IReadOnlyList<AgentImage> Images { get; init; } = [];

    /// <summary>The repository's own instructions and the bot's rules, appended to the system prompt; null: none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The agent may look and not touch: it gets no tool that writes, and the sandbox shows it the work tree read-only.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The model, or null for the agent's default.</summary>
    public string? Model { get; init; }

    /// <summary>A session to continue, as an earlier <see cref="AgentResult.SessionId"/>.</summary>
    public string? ResumeSession { get; init; }

    public required GatewayPass Gateway { get; init; }

    /// <summary>Where the redacted transcript goes, one JSON event a line; the folder exists.</summary>
    public required string TranscriptPath { get; init; }

    /// <summary>Spend at which the agent is stopped, in US dollars; null: none.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>Longest run.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Longest silence.</summary>
    public required TimeSpan StallTimeout { get; init; }

    /// <summary>Told the session's id as soon as the agent has one that can be resumed; must be quick.</summary>
    public Action<string>? OnSession { get; init; }

    /// <summary>Told of each thing the agent does, in order; must be quick. What is blocked is told from any thread.</summary>
    public Action<AgentEvent>? OnEvent { get; init; }
}

/// <summary>An image made by the host, in a folder of <see cref="AgentRequest.Readable"/>.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="MediaType"><c>image/png</c> or <c>image/jpeg</c>.</param>
public sealed record AgentImage(string Path, string MediaType);

/// <summary>Something an agent did, for the live comment, the progress display and the status page. Texts are redacted and at most 500 characters.</summary>
/// <param name="Kind"><c>started</c>, <c>text</c>, <c>tool</c>, <c>tool_result</c>, <c>result</c>; or <c>blocked</c>: <c>host:port</c> that the sandbox did not let it reach.</param>
public sealed record AgentEvent(string Kind, string Text);
