using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;

namespace ClaudeBot.Agents;

/// <summary>The conversation of the built-in agent: an answer, the results of the tools in it, and again.</summary>
internal sealed class ApiTalk(Transcript transcript, AgentVoice voice, AgentClock clock, ApiTools tools)
{
    public int Turns { get; private set; }

    public async Task<(AgentEnding Ending, string Summary)> HoldAsync(
        AnthropicClient client, MessageCreateParams asked, int mostTurns, CancellationToken cancellationToken)
    {
        voice.Say("started", asked.Model.Raw());
        while (Turns < mostTurns)
        {
            var answer = await client.Messages.Create(asked, cancellationToken);
            Turns++;
            clock.Beat();
            var content = JsonSerializer.SerializeToElement(answer.Content.Select(block => block.Json));
            transcript.Write(new JsonObject { ["type"] = "assistant", ["content"] = JsonNode.Parse(content.GetRawText()) });
            var texts = answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : null).OfType<string>().ToList();
            texts.ForEach(text => voice.Say("text", text));
            var calls = answer.Content.Select(block => block.TryPickToolUse(out var call) ? call : null).OfType<ToolUseBlock>().ToList();
            if (calls.Count == 0)
                return End(answer, string.Join('\n', texts));
            var results = new JsonArray();
            foreach (var call in calls)
                results.Add(await ResultAsync(call, cancellationToken));
            transcript.Write(new JsonObject { ["type"] = "user", ["content"] = results.DeepClone() });
            asked = asked with
            {
                Messages =
                [
                    .. asked.Messages,
                    new AssistantMessageParam(new MessageContentParam(content)),
                    new UserMessageParam(new MessageContentParam(JsonSerializer.SerializeToElement(results))),
                ],
            };
        }
        return (AgentEnding.Failed, $"The agent took more than {mostTurns} turns.");
    }

    private (AgentEnding Ending, string Summary) End(Message answer, string summary)
    {
        voice.Say("result", summary);
        return answer.StopReason?.Raw() switch
        {
            "end_turn" or "stop_sequence" => (AgentEnding.Completed, summary),
            var reason => (AgentEnding.Failed, $"The model stopped early ({reason}). {summary}".Trim()),
        };
    }

    private async Task<JsonObject> ResultAsync(ToolUseBlock call, CancellationToken cancellationToken)
    {
        var subject = call.Input.Values.Select(value => value.ToString()).FirstOrDefault();
        voice.Say("tool", $"{call.Name}: {subject}");
        var (text, failed) = ("", false);
        try
        {
            text = await tools.RunAsync(call.Name, call.Input, cancellationToken);
        }
        catch (ToolException fault)
        {
            (text, failed) = (fault.Message, true);
        }
        clock.Beat();
        voice.Say("tool_result", text);
        return new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = call.ID, ["content"] = text, ["is_error"] = failed };
    }
}
