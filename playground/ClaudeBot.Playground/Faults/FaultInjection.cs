using System.Globalization;
using ClaudeBot.Playground.GitHub.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeBot.Playground.Faults;

/// <summary>Lets the armed faults meet their requests.</summary>
internal sealed class FaultInjection(FaultRack rack, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (rack.Take(context.Request.Method, target) is not { } fault)
        {
            await next(context);
            return;
        }

        var delay = fault.Kind == FaultKind.Slow ? Task.Delay(fault.Delay, time, context.RequestAborted) : Task.CompletedTask;
        rack.Begun();
        var isDropped = fault.Kind is FaultKind.ApplyThenDrop or FaultKind.Reset;
        context.Features.Set(new AppliedFault(fault.Kind.ToString(), isDropped));
        switch (fault.Kind)
        {
            case FaultKind.ApplyThenDrop:
                await ApplySilentlyAsync(context, next);
                context.Abort();
                break;
            case FaultKind.Reset:
                context.Abort();
                break;
            case FaultKind.ApplyThenBadGateway:
                await ApplySilentlyAsync(context, next);
                context.Response.Headers.Clear();
                await Answer.Error(502, "Server Error").WriteAsync(context);
                break;
            case FaultKind.TooManyRequests:
                RetryAfter(context, fault);
                await Answer.Error(429, "API rate limit exceeded. Please wait before trying again.").WriteAsync(context);
                break;
            case FaultKind.SecondaryRateLimit:
                RetryAfter(context, fault);
                await Answer.Error(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.").WriteAsync(context);
                break;
            case FaultKind.ServerError:
                await Answer.Error(fault.Status, "Server Error").WriteAsync(context);
                break;
            case FaultKind.Slow:
                await delay;
                await next(context);
                break;
            default:
                throw new InvalidOperationException($"There is no fault {fault.Kind}.");
        }
    }

    private static void RetryAfter(HttpContext context, Fault fault) =>
        context.Response.Headers.RetryAfter = fault.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

    private static async Task ApplySilentlyAsync(HttpContext context, RequestDelegate next)
    {
        var answer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        await next(context);
        context.Features.Set(answer);
    }
}
