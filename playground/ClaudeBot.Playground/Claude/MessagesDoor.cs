using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>The doors of the Messages API: who may come in, what goes wrong, what is answered, what is written down.</summary>
internal sealed class MessagesDoor(
    ClaudeStandInOptions options, Scriptwriter scriptwriter, ClaudeRequestLog log, ClaudeFaults faults, TimeProvider time)
{
    public Task CreateAsync(HttpContext http) => GuardAsync(http, async (conversation, seen, requestId) =>
    {
        var answer = scriptwriter.Answer(conversation);
        var (fault, released) = faults.Take(answer.Fault, conversation.Key(seen.Session));
        var error = fault is null ? null : AnthropicError.Of(fault);
        log.Add(seen with
        {
            Scenario = answer.Scenario,
            Turn = answer.Turn,
            Fault = fault?.Kind,
            Usage = error is null ? answer.Usage : null,
            Status = fault?.Kind == FaultKind.Reset ? 0 : error?.Status ?? 200,
        });
        if (fault?.Kind == FaultKind.Reset)
            http.Abort();
        else if (error is not null)
            await error.WriteAsync(http.Response, requestId, http.RequestAborted);
        else if (conversation.Streaming)
            await new EventStream(http.Response, released, time).SendAsync(answer, fault, http.RequestAborted);
        else
            await WriteWholeAsync(http, answer, fault, released);
    });

    public Task CountTokensAsync(HttpContext http) => GuardAsync(http, async (conversation, seen, _) =>
    {
        log.Add(seen);
        await http.Response.WriteAsJsonAsync(
            new JsonObject { ["input_tokens"] = TokenUsage.Count(conversation.Size) }, http.RequestAborted);
    });

    public async Task ListModelsAsync(HttpContext http)
    {
        var seen = Seen(http);
        if (await RefusedAsync(http, seen, NewRequestId()))
            return;
        log.Add(seen);
        await http.Response.WriteAsJsonAsync(new JsonObject
        {
            ["data"] = new JsonArray([.. options.Models.Select(id => new JsonObject
            {
                ["type"] = "model",
                ["id"] = id,
                ["display_name"] = $"{id} (scripted)",
                ["created_at"] = "2026-01-01T00:00:00Z",
            })]),
            ["has_more"] = false,
            ["first_id"] = options.Models is [var first, ..] ? first : null,
            ["last_id"] = options.Models is [.., var last] ? last : null,
        }, http.RequestAborted);
    }

    private async Task WriteWholeAsync(HttpContext http, Answer answer, Fault? fault, Task released)
    {
        if (fault?.Kind == FaultKind.Stall)
            await released.WaitAsync(http.RequestAborted);
        if (fault?.Kind == FaultKind.Slow)
            await Task.Delay(TimeSpan.FromMilliseconds(fault.PauseMilliseconds), time, http.RequestAborted);
        if (fault?.Kind == FaultKind.MidStreamError)
            http.Abort();
        else
            await http.Response.WriteAsJsonAsync(answer.ToJson(), http.RequestAborted);
    }

    private async Task GuardAsync(HttpContext http, Func<Conversation, ClaudeRequest, string, Task> answer)
    {
        var requestId = NewRequestId();
        var seen = Seen(http);
        if (await RefusedAsync(http, seen, requestId))
            return;
        try
        {
            using var reader = new StreamReader(http.Request.Body);
            var conversation = new Conversation(await reader.ReadToEndAsync(http.RequestAborted));
            http.Response.Headers["request-id"] = requestId;
            await answer(conversation, seen with
            {
                Model = conversation.Model,
                Streaming = conversation.Streaming,
                Prompt = conversation.Prompt,
                Images = conversation.Images,
            }, requestId);
        }
        catch (BadRequestException fault)
        {
            log.Add(seen with { Status = 400 });
            await new AnthropicError(400, "invalid_request_error", fault.Message).WriteAsync(http.Response, requestId, http.RequestAborted);
        }
        catch (Exception fault) when (http.RequestAborted.IsCancellationRequested && fault is OperationCanceledException or IOException)
        {
            // The client left; what it asked is in the log.
        }
    }

    private async Task<bool> RefusedAsync(HttpContext http, ClaudeRequest seen, string requestId)
    {
        if (options.RequiredKey is not { } required || seen.CredentialSha256 == Credential.Sha256(required))
            return false;
        log.Add(seen with { Status = 401 });
        await new AnthropicError(401, "authentication_error", "invalid x-api-key").WriteAsync(http.Response, requestId, http.RequestAborted);
        return true;
    }

    private ClaudeRequest Seen(HttpContext http) => new(
        log.NextNumber(),
        time.GetUtcNow(),
        http.Request.Method,
        http.Request.Path,
        Credential.Presented(http.Request) is { } key ? Credential.Sha256(key) : null,
        http.Request.Headers["x-claude-code-session-id"].FirstOrDefault());

    private static string NewRequestId() => $"req_{Guid.NewGuid():N}";
}
