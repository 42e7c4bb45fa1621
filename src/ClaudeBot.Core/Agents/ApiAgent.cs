using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// The built-in agent, for machines without the CLI: asks the model, runs the tools it asks for, until it asks for none.
/// Has no sessions to resume. The price is the gateway's to tell: <see cref="AgentResult.CostUsd"/> stays 0.
/// </summary>
public sealed class ApiAgent(AgentOptions options, SandboxRunner sandbox, GatewayPasses passes, SecretMask mask, TimeProvider time) : ICodingAgent
{
    private const string DefaultModel = "claude-opus-5-5";
    private const int MostTurns = 200;
    private const int MaxTokens = 16_000;

    public string Name => "api";

    public async Task<AgentResult> RunAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        mask.Register(request.Gateway.Token);
        using var transcript = new Transcript(request.TranscriptPath, mask);
        using var clock = new AgentClock(time, request, cancellationToken);
        var talk = new ApiTalk(transcript, new AgentVoice(mask, request.OnEvent), clock, new ApiTools(request, options.SearchPath, sandbox));
        AgentEnding ending;
        string summary;
        try
        {
            (ending, summary) = await talk.HoldAsync(Client(request), First(request), MostTurns, clock.Stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            (ending, summary) = (clock.Passed ?? AgentEnding.Failed, "A limit ended the agent.");
        }
        catch (AnthropicApiException fault)
        {
            ending = (int)fault.StatusCode is 429 or >= 500 ? AgentEnding.Overloaded : AgentEnding.Failed;
            summary = $"The model's service answered {(int)fault.StatusCode}: {fault.ResponseBody}";
        }
        catch (Exception fault) when (fault is AnthropicException or HttpRequestException or IOException)
        {
            (ending, summary) = (AgentEnding.Overloaded, $"The model's service could not be reached: {fault.Message}");
        }
        ending = RefusedRun.Of(ending, passes.RefusalOf(request.TaskId));
        transcript.Write(new JsonObject { ["type"] = "result", ["ending"] = ending.ToString(), ["result"] = summary });
        return new AgentResult
        {
            Ending = ending,
            Summary = mask.Mask(summary),
            Turns = talk.Turns,
            Duration = time.GetElapsedTime(startedAt),
        };
    }

    private static AnthropicClient Client(AgentRequest request) => new()
    {
        BaseUrl = request.Gateway.Address.ToString().TrimEnd('/'),
        ApiKey = request.Gateway.Token,
        AuthToken = null,
    };

    // Images first, as Anthropic advises: https://docs.claude.com/en/docs/build-with-claude/vision
    private static JsonNode Content(AgentRequest request) => request.Images.Count == 0
        ? JsonValue.Create(request.Prompt)
        : new JsonArray([.. request.Images.Select(Block), new JsonObject { ["type"] = "text", ["text"] = request.Prompt }]);

    private static JsonObject Block(AgentImage image) => new()
    {
        ["type"] = "image",
        ["source"] = new JsonObject { ["type"] = "base64", ["media_type"] = image.MediaType, ["data"] = Convert.ToBase64String(File.ReadAllBytes(image.Path)) },
    };

    private MessageCreateParams First(AgentRequest request) => new()
    {
        Model = request.Model ?? options.Model ?? DefaultModel,
        MaxTokens = MaxTokens,
        CacheControl = new CacheControlEphemeral(),
        System = $"""
            You are a software engineer at work in a git work tree, alone: nobody answers while you work.
            {(request.IsReadOnly ? "Change nothing: you are to make a plan." : "Make the change that is asked, check it with the project's own tests, and end with a short summary of it.")}
            Do not commit and do not push; that is done for you.
            Working directory: {request.WorkTree}

            {request.SystemPrompt}
            """,
        Tools = request.IsReadOnly ? ApiTools.ReadingDefinitions : ApiTools.Definitions,
        Messages = [new UserMessageParam(new MessageContentParam(JsonSerializer.SerializeToElement(Content(request))))],
    };
}
