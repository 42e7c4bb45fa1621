using System.Globalization;
using ClaudeBot.Agents;
using Yarp.ReverseProxy.Forwarder;

namespace ClaudeBot.Gateway;

/// <summary>
/// Handles every request of an agent: two calls of the Messages API pass, for the holder of a pass, under the task's
/// budget, to one host; the rest is refused.
/// </summary>
internal sealed partial class ModelCalls(
    GatewayOptions options, GatewayPasses passes, ModelCircuit circuit, SpendLog spend, IHttpForwarder forwarder, HttpMessageInvoker upstream, ILogger<ModelCalls> logger)
{
    private const string Messages = "/v1/messages";
    private const string CountTokens = "/v1/messages/count_tokens";

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
        else if (request.ContentLength > options.MaxRequestBytes)
            await AnthropicError.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "request_too_large", $"a request may have {options.MaxRequestBytes} bytes.");
        else if (!await IsOverBudgetAsync(context, grant))
            await ForwardAsync(context, grant);
    }

    // Claude Code 2.1.328 sends a 400 six times, with fall-backs of its own, and ends its run at once on 402.
    private async Task<bool> IsOverBudgetAsync(HttpContext context, GatewayGrant grant)
    {
        if (context.Request.Path.Value == CountTokens || (grant.BudgetUsd ?? options.BudgetUsdPerTask) is not { } budget)
            return false;
        var spent = await spend.SpentAsync(grant.Task, context.RequestAborted);
        if (spent < budget)
            return false;

        passes.Mark(grant.Task, ModelRefusal.Budget);
        Log.OverBudget(logger, grant.Task, spent, budget);
        await AnthropicError.WriteAsync(context, StatusCodes.Status402PaymentRequired, "billing_error",
            string.Create(CultureInfo.InvariantCulture, $"the task has spent {spent:0.00} of its {budget:0.00} USD."));
        return true;
    }

    private async Task ForwardAsync(HttpContext context, GatewayGrant grant)
    {
        if (options.ApiKey.Current() is not { } key)
        {
            passes.Mark(grant.Task, ModelRefusal.Auth);
            if (circuit.KeyRefused(null))
                Log.NoKey(logger, options.ApiKey.Name, grant.Task);
            await AnthropicError.WriteAsync(context, StatusCodes.Status403Forbidden, "permission_error", "the operator has set no model key.");
            return;
        }

        var target = new Uri(options.BaseUrl.ToString().TrimEnd('/') + context.Request.Path.Value + context.Request.QueryString);
        var outcome = new CallOutcome(grant.Task, key, context.Request.Path.Value == Messages, options, passes, circuit, logger);
        var transformer = new ModelCallTransformer(target, key, options.ApiKey.Mask, outcome);
        try
        {
            var error = await forwarder.SendAsync(context, options.BaseUrl.ToString(), upstream, _forwarding, transformer, CancellationToken.None);
            if (error != ForwarderError.None)
                await ExplainAsync(context, error, grant.Task, outcome);
            else
                outcome.Ended();
        }
        finally
        {
            if (transformer.Meter is { } meter)
                await spend.ChargeAsync(grant, meter);
        }
    }

    private async Task ExplainAsync(HttpContext context, ForwarderError error, TaskId task, CallOutcome outcome)
    {
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
        [LoggerMessage(1, LogLevel.Warning, "Task {TaskId} has spent {SpentUsd} of its {BudgetUsd} USD: its model call is refused.")]
        public static partial void OverBudget(ILogger logger, TaskId taskId, decimal spentUsd, decimal budgetUsd);

        [LoggerMessage(2, LogLevel.Error, "auth: {Setting} is not set, so the model call of task {TaskId} is refused, and no new task starts until it is.")]
        public static partial void NoKey(ILogger logger, string setting, TaskId taskId);

        [LoggerMessage(6, LogLevel.Warning, "A model call of task {TaskId} broke: {Error} ({Exception}).")]
        public static partial void Broken(ILogger logger, ForwarderError error, string exception, TaskId taskId);
    }
}
