using System.Text;
using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>Sends an answer as server-sent events (docs.anthropic.com/en/api/messages-streaming), whole or spoiled by a fault.</summary>
internal sealed class EventStream(HttpResponse response, Task released, TimeProvider time)
{
    private const int PieceLength = 60;

    public async Task SendAsync(Answer answer, Fault? fault, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        var events = Events(answer).ToList();
        for (var index = 0; index < events.Count; index++)
        {
            // Past message_start, the ping and the first block's beginning the client holds a part of an answer.
            if (index == 3 && fault?.Kind == FaultKind.MidStreamError)
            {
                await SendAsync("error", AnthropicError.Of(new Fault { Kind = FaultKind.Overloaded })!.ToJson(answer.Id), cancellationToken);
                return;
            }
            if (index == 3 && fault?.Kind == FaultKind.Stall)
                await released.WaitAsync(cancellationToken);
            if (fault?.Kind == FaultKind.Slow)
                await Task.Delay(TimeSpan.FromMilliseconds(fault.PauseMilliseconds), time, cancellationToken);
            await SendAsync(events[index].Name, events[index].Data, cancellationToken);
        }
    }

    private static IEnumerable<(string Name, JsonObject Data)> Events(Answer answer)
    {
        var start = answer.ToJson();
        start["content"] = new JsonArray();
        start["stop_reason"] = null;
        start["usage"]!["output_tokens"] = 1;
        yield return ("message_start", new() { ["message"] = start });
        yield return ("ping", []);
        for (var index = 0; index < answer.Blocks.Count; index++)
            foreach (var block in BlockEvents(index, answer.Blocks[index]))
                yield return block;
        yield return ("message_delta", new()
        {
            ["delta"] = new JsonObject { ["stop_reason"] = answer.StopReason, ["stop_sequence"] = null },
            ["usage"] = answer.Usage.ToJson(),
        });
        yield return ("message_stop", []);
    }

    private static IEnumerable<(string Name, JsonObject Data)> BlockEvents(int index, JsonObject block)
    {
        var isText = block["type"]!.ToString() == "text";
        var empty = (JsonObject)block.DeepClone();
        empty[isText ? "text" : "input"] = isText ? "" : new JsonObject();
        yield return ("content_block_start", new() { ["index"] = index, ["content_block"] = empty });
        var whole = isText ? block["text"]!.ToString() : block["input"]!.ToJsonString();
        foreach (var piece in whole.Chunk(PieceLength).Select(part => new string(part)))
            yield return ("content_block_delta", new()
            {
                ["index"] = index,
                ["delta"] = isText
                    ? new JsonObject { ["type"] = "text_delta", ["text"] = piece }
                    : new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece },
            });
        yield return ("content_block_stop", new() { ["index"] = index });
    }

    private async Task SendAsync(string name, JsonObject data, CancellationToken cancellationToken)
    {
        data["type"] ??= name;
        await response.WriteAsync($"event: {name}\ndata: {data.ToJsonString()}\n\n", Encoding.UTF8, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
