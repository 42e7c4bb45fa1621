using Microsoft.AspNetCore.Http;

namespace ClaudeBot.Tests.Gateway;

/// <summary>Answers of a scripted model service, in the form of the Messages API.</summary>
internal static class Answers
{
    public const string Start = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1000,"cache_creation_input_tokens":2000,"cache_read_input_tokens":10000,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"forty characters of an answer, exactly 40"}}


        """;

    public const string End = """
        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":500}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    public const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"hi"}],"usage":{"input_tokens":100,"output_tokens":50}}""";

    public static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(Start + End, context.RequestAborted);
    }

    public static async Task JsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Message, context.RequestAborted);
    }

    public static Func<HttpContext, Task> Error(int status, string message, Action<IHeaderDictionary>? headers = null) => context =>
    {
        context.Response.StatusCode = status;
        headers?.Invoke(context.Response.Headers);
        return context.Response.WriteAsJsonAsync(new { type = "error", error = new { type = "api_error", message } }, context.RequestAborted);
    };
}
