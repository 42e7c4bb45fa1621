using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.Claude;

/// <summary>What can be told from one request of the Messages API alone.</summary>
internal sealed partial class Conversation
{
    private readonly List<Message> _messages;
    private readonly int _prompt;

    /// <exception cref="BadRequestException">The body is not a Messages API request.</exception>
    public Conversation(string body)
    {
        Request = BadRequestException.ParseObject(body);
        Model = Request["model"]?.ToString() ?? throw new BadRequestException("model: Field required");
        _messages = [.. (Request["messages"] as JsonArray ?? throw new BadRequestException("messages: Field required"))
            .Select(message => new Message(message as JsonObject ?? throw new BadRequestException("messages: each must be an object")))];
        if (_messages.Count == 0)
            throw new BadRequestException("messages: at least one message is required");
        _prompt = Math.Max(0, _messages.FindLastIndex(message => message.Role == "user" && message.SpokenText.Length > 0));
        Size = Encoding.UTF8.GetByteCount(body);
        System = string.Concat(Message.Blocks(Request["system"]).Select(block => block["text"]?.ToString() + "\n"));
        Tools = [.. (Request["tools"] as JsonArray ?? []).Select(tool => tool?["name"]?.ToString()).OfType<string>()];
        IsCached = body.Contains("\"cache_control\"", StringComparison.Ordinal);
    }

    public JsonObject Request { get; }

    public string Model { get; }

    public bool Streaming => Request["stream"]?.GetValue<bool>() ?? false;

    public string System { get; }

    public IReadOnlyList<string> Tools { get; }

    public bool IsCached { get; }

    public int Size { get; }

    public int NewestBlockSize => _messages[^1].NewestBlockSize;

    public int SizeBeforeNewestAnswer =>
        _messages.FindLastIndex(message => message.Role == "assistant") is var newest and >= 0
            ? Size - _messages.Skip(newest).Sum(message => message.Size)
            : 0;

    /// <summary>What a person (or the bot) asked last, without what Claude Code adds by itself.</summary>
    public string Prompt => _messages[_prompt].SpokenText;

    /// <summary>Every prompt, newest first.</summary>
    public IEnumerable<string> Prompts => _messages.AsEnumerable().Reverse()
        .Where(message => message.Role == "user" && message.SpokenText.Length > 0).Select(message => message.SpokenText);

    /// <summary>The images in it, in prompts and in what tools gave back, each by the SHA-256 of its bytes.</summary>
    public IReadOnlyList<string> Images => [.. _messages.SelectMany(message => message.Images)];

    /// <summary>True when something was answered before the newest prompt.</summary>
    public bool IsFollowUp => _messages.Take(_prompt).Any(message => message.Role == "assistant");

    /// <summary>Answers since the newest prompt. Neighbouring assistant messages are one answer.</summary>
    public int AnswersSincePrompt => _messages.Skip(_prompt)
        .Where(message => message.Role is "user" or "assistant")
        .Aggregate((Count: 0, Inside: false), (seen, message) => message.Role == "assistant"
            ? (seen.Inside ? seen.Count : seen.Count + 1, true)
            : (seen.Count, false)).Count;

    /// <summary>What the tools of the newest answer gave back.</summary>
    public string ToolResult => string.Join('\n', _messages[^1].Results.Count > 0 || _messages.Count < 2
        ? _messages[^1].Results.Select(result => result.Text)
        : _messages[^2].Results.Select(result => result.Text));

    /// <summary>The text of the newest tool result that reports an error, if one does.</summary>
    public string? ToolError => _messages.Skip(_prompt + 1).LastOrDefault(message => message.Results.Count > 0)?
        .Results.Where(result => result.IsError).Select(result => result.Text).FirstOrDefault();

    /// <summary>The folder the agent works in, as Claude Code and the built-in agent tell it to the model.</summary>
    public string WorkingDirectory =>
        WorkingDirectoryLine().Match(System + string.Join('\n', _messages.Select(message => message.AllText))) is { Success: true } line
            ? line.Groups[1].Value.Trim()
            : ".";

    /// <summary>Names this conversation for the time it is held, from its first prompt and session.</summary>
    public string Key(string? session) => $"{session}|{_messages.Count}|{Prompts.LastOrDefault()}";

    [GeneratedRegex(@"(?im)\bworking directory:\s*(/[^\r\n]*)")]
    private static partial Regex WorkingDirectoryLine();
}
