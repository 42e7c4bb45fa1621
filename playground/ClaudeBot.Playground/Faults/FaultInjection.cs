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
                await ApplyAsync(context, next, Stream.Null);
                context.Abort();
                break;
            case FaultKind.Reset:
                context.Abort();
                break;
            case FaultKind.ApplyThenBadGateway:
                await ApplyAsync(context, next, Stream.Null);
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
            case FaultKind.Hold:
                await rack.HoldAsync(context.RequestAborted);
                await next(context);
                break;
            case FaultKind.ApplyThenHold:
                using (var words = new MemoryStream())
                {
                    await ApplyAsync(context, next, words);
                    await rack.HoldAsync(context.RequestAborted);
                    await context.Response.Body.WriteAsync(words.GetBuffer().AsMemory(0, (int)words.Length), context.RequestAborted);
                }

                break;
            default:
                throw new InvalidOperationException($"There is no fault {fault.Kind}.");
        }
    }

    private static void RetryAfter(HttpContext context, Fault fault) =>
        context.Response.Headers.RetryAfter = fault.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>Does the request; what it says to its client goes to <paramref name="words"/> instead.</summary>
    private static async Task ApplyAsync(HttpContext context, RequestDelegate next, Stream words)
    {
        var answer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(words));
        await next(context);
        context.Features.Set(answer);
    }
}
