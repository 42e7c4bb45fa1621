namespace ClaudeBot.Playground.Claude;

/// <summary>One conversation of a <see cref="Script"/>: when it applies, and its turns. After the last turn it repeats the last.</summary>
public sealed record Scenario
{
    public string Name { get; init; } = "";

    public Condition When { get; init; } = new();

    public List<Turn> Turns { get; init; } = [];
}

/// <summary>Every part that is given must fit; none given fits always.</summary>
public sealed record Condition
{
    /// <summary>A regular expression for the newest prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>A regular expression for the model id.</summary>
    public string? Model { get; init; }

    /// <summary>True: only when something was answered before the newest prompt (a resumed session); false: only when not.</summary>
    public bool? FollowUp { get; init; }

    internal IEnumerable<string> Patterns => new[] { Prompt, Model }.OfType<string>();
}

/// <summary>One answer. With a tool in it the conversation goes on; with text alone it ends.</summary>
public sealed record Turn
{
    public List<ScriptBlock> Blocks { get; init; } = [];

    /// <summary>Go on although a tool of this turn failed; otherwise the next answer says what failed and ends.</summary>
    public bool MayFail { get; init; }

    /// <summary>What goes wrong before this turn is answered.</summary>
    public Fault? Fault { get; init; }
}

/// <summary>Either <see cref="Text"/>, or <see cref="Tool"/> with its <see cref="Input"/>; placeholders are filled in both.</summary>
public sealed record ScriptBlock
{
    public string? Text { get; init; }

    public string? Tool { get; init; }

    public Dictionary<string, object> Input { get; init; } = [];
}
