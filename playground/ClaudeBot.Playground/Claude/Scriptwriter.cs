using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.Claude;

/// <summary>Finds the answer to a conversation in the script.</summary>
internal sealed class Scriptwriter(ClaudeStandInOptions options)
{
    private readonly Script _script = Script.Load(options.ScriptFiles);

    public IEnumerable<string> Scenarios => _script.Scenarios.Select(scenario => scenario.Name);

    public Answer Answer(Conversation conversation)
    {
        if (conversation.Tools.Count == 0)
            return SideRequests.Answer(conversation);
        var scenario = _script.Scenarios.FirstOrDefault(candidate => Fits(candidate.When, conversation));
        if (scenario is null)
            return Ending(conversation, "none", 0, "The script has no scenario for this prompt.");
        var index = Math.Min(conversation.AnswersSincePrompt, scenario.Turns.Count - 1);
        var before = index > 0 ? scenario.Turns[index - 1] : null;
        if (before is { MayFail: false } && conversation.ToolError is { } error)
            return Ending(conversation, scenario.Name, index, $"A step of scenario '{scenario.Name}' failed, so I stop here: {error}");
        return Play(conversation, scenario, index);
    }

    private static bool Fits(Condition when, Conversation conversation) =>
        (when.Prompt is null || Regex.IsMatch(conversation.Prompt, when.Prompt))
        && (when.Model is null || Regex.IsMatch(conversation.Model, when.Model))
        && (when.FollowUp is null || when.FollowUp == conversation.IsFollowUp);

    private Answer Play(Conversation conversation, Scenario scenario, int index)
    {
        var turn = scenario.Turns[index];
        var placeholders = new Placeholders(_script, conversation);
        var blocks = new List<JsonObject>();
        foreach (var block in turn.Blocks)
        {
            if (block.Text is not null)
                blocks.Add(Claude.Answer.Text(placeholders.Fill(block.Text)));
            if (block.Tool is null)
                continue;
            if (conversation.Tools.FirstOrDefault(tool => tool.Equals(block.Tool, StringComparison.OrdinalIgnoreCase)) is not { } tool)
                return Ending(conversation, scenario.Name, index, $"Scenario '{scenario.Name}' needs the tool {block.Tool}, which was not offered.");
            var input = new JsonObject(block.Input.Select(pair => KeyValuePair.Create(pair.Key, placeholders.Fill(pair.Value))));
            blocks.Add(Claude.Answer.ToolUse(tool, input));
        }
        return Claude.Answer.Of(conversation, scenario.Name, index, turn.Fault, blocks);
    }

    private static Answer Ending(Conversation conversation, string scenario, int turn, string text) =>
        Claude.Answer.Of(conversation, scenario, turn, null, [Claude.Answer.Text($"{text}\n\n{HomePage.Disclaimer}")]);
}
