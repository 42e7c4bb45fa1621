using ClaudeBot.Agents;
using Yarp.ReverseProxy.Forwarder;

namespace ClaudeBot.Gateway;

/// <summary>
/// Handles every request of an agent: two calls of the Messages API pass, for the holder of a pass, to an allowed model,
/// below the caps, to one host; the rest is refused.
/// </summary>
internal sealed partial class ModelCalls(
    GatewayOptions options,
    GatewayPasses passes,
    ModelCircuit circuit,
    ModelKeys keys,
    Reservations reservations,
    IHttpForwarder forwarder,
    HttpMessageInvoker upstream,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<ModelCalls> logger)
{
    private const string Messages = "/v1/messages";
    private const string CountTokens = "/v1/messages/count_tokens";
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(10);

    private readonly RequestBodies _bodies = new(options.MaxRequestBytes);
    private readonly ForwarderRequestConfig _forwarding = new() { ActivityTimeout = options.ActivityTimeout, AllowResponseBuffering = false };

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        // Claude Code asks HEAD /api/hello (2.1.328) or HEAD / to see whether the way is open; it carries no credential.
        if (HttpMethods.IsHead(request.Method) && request.Path.Value is "/" or "/api/hello")
            return;

        if (!HttpMethods.IsPost(request.Method) || request.Path.Value is not (Messages or CountTokens))
            await AnthropicError.WriteAsync(context, StatusCodes.Status404NotFound, "not_found_error", "only POST /v1/messages and /v1/messages/count_tokens pass.");
        else if (!passes.TryFind(ReadToken(request), out var grant))
            await AnthropicError.WriteAsync(context, StatusCodes.Status401Unauthorized, "authentication_error", "the pass is unknown or no longer good.");
        else if (_bodies.Take(grant, request) is { } share)
            using (share)
                await HandleAsync(context, grant);
        else
            await AnthropicError.WriteWaitAsync(context, TimeSpan.FromSeconds(1), "too many bytes of this run are under way.");
    }

    private async Task HandleAsync(HttpContext context, GatewayGrant grant)
    {
        if (await _bodies.ReadAsync(context.Request) is not { } body)
            await AnthropicError.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "request_too_large", $"a request may have {options.MaxRequestBytes} bytes.");
        else if (ModelRequest.Read(body) is not { } asked)
            await AnthropicError.WriteAsync(context, StatusCodes.Status400BadRequest, "invalid_request_error", "the body is no JSON object, or names a member twice.");
        else if (Objection(asked, grant.Task) is { } objection)
            await AnthropicError.WriteAsync(context, StatusCodes.Status403Forbidden, "permission_error", objection);
        else if (context.Request.Path.Value == CountTokens)
            await ForwardAsync(context, grant, body, room: null);
        else
            await PayAsync(context, grant, asked, body);
    }

    private string? Objection(ModelRequest asked, TaskId task)
    {
        if (!asked.IsIn(options.AllowedModels))
        {
            Log.ModelRefused(logger, task, asked.Model);
            return $"the model '{asked.Model}' is not among those that ALLOWED_MODELS allows ({string.Join(", ", options.AllowedModels)}).";
        }

        if (asked.ServerTools.FirstOrDefault(tool => !options.AllowedServerTools.Contains(tool, StringComparer.OrdinalIgnoreCase)) is not { } refused)
            return null;
        Log.ToolRefused(logger, task, refused);
        return $"'{refused}' is done by the model's service, outside the bot's network; ALLOWED_SERVER_TOOLS does not allow it.";
    }

    private async Task PayAsync(HttpContext context, GatewayGrant grant, ModelRequest asked, ArraySegment<byte> body)
    {
        switch (await reservations.AskAsync(grant, asked.MostUsd, context.RequestAborted))
        {
            case { Granted: { } room }:
                await ForwardAsync(context, grant, body, room);
                break;
            case { Refusal: var (kind, reason) }:
                passes.Mark(grant.Task, kind);
                Log.OverBudget(logger, grant.Task, reason);
                // Claude Code 2.1.328 sends a 400 six times, with fall-backs of its own, and ends its run at once on 402.
                await AnthropicError.WriteAsync(context, StatusCodes.Status402PaymentRequired, "billing_error", reason);
                break;
            default:
                passes.Mark(grant.Task, ModelRefusal.Rate);
                await AnthropicError.WriteWaitAsync(context, BusyPause, "calls under way hold what is left of a budget.");
                break;
        }
    }

    /// <param name="room">Null for a call that costs nothing.</param>
    private async Task ForwardAsync(HttpContext context, GatewayGrant grant, ArraySegment<byte> body, Reservation? room)
    {
        ModelCallTransformer? latest = null;
        try
        {
            var tried = new HashSet<string>(StringComparer.Ordinal);
            var target = new Uri(options.BaseUrl.ToString().TrimEnd('/') + context.Request.Path.Value + context.Request.QueryString);
            while (keys.Choose(grant, tried) is { } key)
            {
                tried.Add(key);
                var outcome = new CallOutcome(grant.Task, key, tried, context.Request.Path.Value == Messages, options, keys, passes, circuit, logger);
                latest = new ModelCallTransformer(target, key, options.ApiKey.Mask, outcome, options.MaxResponseBytes);
                context.Request.Body = RequestBodies.Stream(body);
                var began = time.GetTimestamp();
                var error = await forwarder.SendAsync(context, options.BaseUrl.ToString(), upstream, _forwarding, latest, CancellationToken.None);
                if (!latest.WantsOtherKey)
                    await EndAsync(context, error, grant.Task, outcome);
                metrics.Calls.Ended(outcome.IsAnswered, time.GetElapsedTime(began));
                if (!latest.WantsOtherKey)
                    return;

                context.Response.Clear();
            }

            await TellNoKeyAsync(context, grant.Task, tried.Count > 0);
        }
        finally
        {
            if (room is not null)
                await reservations.SettleAsync(room, latest?.Meter);
        }
    }

    private async Task TellNoKeyAsync(HttpContext context, TaskId task, bool isPassing)
    {
        passes.Mark(task, isPassing ? ModelRefusal.Rate : ModelRefusal.Auth);
        if (isPassing)
        {
            // Another call took the last free key away in between.
            await AnthropicError.WriteWaitAsync(context, BusyPause, "no key is free now.");
            return;
        }

        if (circuit.KeyRefused(null))
            Log.NoKey(logger, options.Keys.Name, task);
        await AnthropicError.WriteAsync(context, StatusCodes.Status403Forbidden, "permission_error", "the operator has set no model key.");
    }

    private async Task EndAsync(HttpContext context, ForwarderError error, TaskId task, CallOutcome outcome)
    {
        if (error == ForwarderError.None)
        {
            outcome.Ended();
            return;
        }

        var response = context.Response;
        if (context.RequestAborted.IsCancellationRequested)
            return;
        Log.Broken(logger, error, context.Features.Get<IForwarderErrorFeature>()?.Exception?.GetType().Name ?? "-", task);
        if (response.StatusCode >= 500 || response.HasStarted)
            outcome.BrokeOff();
        if (response.HasStarted)
            return;
        var type = response.StatusCode switch { StatusCodes.Status413PayloadTooLarge => "request_too_large", < 500 => "invalid_request_error", _ => "api_error" };
        await AnthropicError.WriteAsync(context, response.StatusCode, type, $"the call could not be forwarded ({error}).");
    }

    private static string? ReadToken(HttpRequest request)
    {
        if (request.Headers["x-api-key"] is [{ Length: > 0 } key])
            return key;
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A model call of task {TaskId} is refused: {Reason}")]
        public static partial void OverBudget(ILogger logger, TaskId taskId, string reason);

        [LoggerMessage(10, LogLevel.Warning, "Task {TaskId} asked model '{Model}', which ALLOWED_MODELS does not allow")]
        public static partial void ModelRefused(ILogger logger, TaskId taskId, string model);

        [LoggerMessage(11, LogLevel.Warning, "Task {TaskId} asked the model's service to do '{Tool}', which ALLOWED_SERVER_TOOLS does not allow")]
        public static partial void ToolRefused(ILogger logger, TaskId taskId, string tool);

        [LoggerMessage(2, LogLevel.Error, "auth: {Setting} is not set, so the model call of task {TaskId} is refused, and no new task starts until it is.")]
        public static partial void NoKey(ILogger logger, string setting, TaskId taskId);

        [LoggerMessage(6, LogLevel.Warning, "A model call of task {TaskId} broke: {Error} ({Exception}).")]
        public static partial void Broken(ILogger logger, ForwarderError error, string exception, TaskId taskId);
    }
}
