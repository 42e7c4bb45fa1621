using System.Net.Http.Headers;
using System.Text.Json;
using ClaudeBot.Agents;

namespace ClaudeBot.Gateway;

/// <summary>
/// What the answer to one call means for its task and for the tasks to come. Each method is called before the client
/// sees what it is about, so that whoever acts on the client's end finds it.
/// </summary>
/// <param name="tried">The keys that the call went out with, the latest among them.</param>
/// <param name="key">The latest.</param>
/// <param name="isMessage">False for a call that asks nothing of a model, whose success tells nothing of it.</param>
internal sealed partial class CallOutcome(
    TaskId task, string key, IReadOnlyCollection<string> tried, bool isMessage, GatewayOptions options, ModelKeys keys, GatewayPasses passes, ModelCircuit circuit, ILogger logger)
{
    private bool _isGood;

    /// <summary>The service gave an answer that is no error, whole as far as is known.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>An answer of any kind is there.</summary>
    public void Learn(HttpResponseHeaders headers) => keys.Learn(key, headers);

    /// <summary>The answer began, and it is no error.</summary>
    public void Began()
    {
        passes.Clear(task);
        IsAnswered = true;
        _isGood = isMessage;
    }

    /// <summary>The answer came to its end.</summary>
    public void Ended()
    {
        if (_isGood)
            circuit.Succeeded();
    }

    /// <summary>There was no answer, or it broke off.</summary>
    public void BrokeOff()
    {
        _isGood = false;
        IsAnswered = false;
        passes.Mark(task, ModelRefusal.Transient);
        circuit.Failed(null);
    }

    /// <summary>The answer is an error.</summary>
    public RefusedCall Refused(int status, string body, TimeSpan? retryAfter)
    {
        var refusal = Classify(status, body);
        if (refusal is ModelRefusal.Auth && keys.Refused(key) is { } place && options.Keys.Current() is { Count: > 1 and var count })
            Log.OneKeyRefused(logger, place, count, options.Keys.Name, status);
        if (refusal is ModelRefusal.Rate or ModelRefusal.Spend)
            keys.Rest(key, refusal == ModelRefusal.Rate ? retryAfter : options.CredentialPause);
        if (refusal is ModelRefusal.Auth or ModelRefusal.Rate or ModelRefusal.Spend && keys.HasFree(tried))
            return new RefusedCall(IsForOtherKey: true);
        if (refusal is ModelRefusal.Auth or ModelRefusal.Spend && keys.UntilOneIsFree(tried) is { } wait)
        {
            passes.Mark(task, ModelRefusal.Rate);
            circuit.Failed(wait);
            return new RefusedCall(Wait: wait);
        }

        if (refusal is { } known)
            passes.Mark(task, known);
        switch (refusal)
        {
            case ModelRefusal.Auth:
                if (circuit.KeyRefused(key))
                    Log.KeyRefused(logger, options.Keys.Name, status, task);
                return new RefusedCall(IsFinal: true);
            case ModelRefusal.Spend:
                circuit.OutOfCredit();
                Log.OutOfCredit(logger, status, task);
                return new RefusedCall(IsFinal: true);
            case ModelRefusal.Config:
                Log.UnknownModel(logger, task);
                break;
            case ModelRefusal.Rate:
                Log.Limited(logger, status, Told(retryAfter), task);
                circuit.Failed(retryAfter);
                break;
            case ModelRefusal.Transient:
                if (status == 529)
                    Log.Limited(logger, status, Told(retryAfter), task);
                else
                    Log.UpstreamFailed(logger, status, task);
                circuit.Failed(retryAfter);
                break;
        }

        return new RefusedCall();
    }

    /// <summary>
    /// The kind of an error (platform.claude.com/docs/en/api/errors). An error may quote the request, which is the
    /// agent's: of a 400, which pauses the queue when it is about money, only the beginning counts.
    /// </summary>
    private static ModelRefusal? Classify(int status, string body) => status switch
    {
        401 or 403 => ModelRefusal.Auth,
        402 => ModelRefusal.Spend,
        400 when Message(body) is { } message && (message.StartsWith("Your credit balance is too low", StringComparison.Ordinal) || message.StartsWith("You have reached your specified API usage limits", StringComparison.Ordinal)) => ModelRefusal.Spend,
        404 => ModelRefusal.Config,
        429 when body.Contains("enforced_spend_limit_reached", StringComparison.Ordinal) => ModelRefusal.Spend,
        429 => ModelRefusal.Rate,
        408 or >= 500 => ModelRefusal.Transient,
        _ => null,
    };

    private static string Told(TimeSpan? wait) => wait is { } known ? $"{known.TotalSeconds:0}s" : "unknown";

    private static string? Message(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetProperty("message").GetString();
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9, LogLevel.Error, "auth: the model's service refused key {Place} of {Count} in {Setting} with {Status}: it is not used again until it is changed.")]
        public static partial void OneKeyRefused(ILogger logger, int place, int count, string setting, int status);

        [LoggerMessage(3, LogLevel.Error, "auth: the model's service refused {Setting} with {Status} for task {TaskId}: no new task starts until the key is changed.")]
        public static partial void KeyRefused(ILogger logger, string setting, int status, TaskId taskId);

        [LoggerMessage(4, LogLevel.Warning, "rate limit: Rate limit exceeded (HTTP {Status}) api=anthropic retry_after={RetryAfter}, told to task {TaskId}")]
        public static partial void Limited(ILogger logger, int status, string retryAfter, TaskId taskId);

        [LoggerMessage(5, LogLevel.Warning, "The model's service answered {Status} to task {TaskId}.")]
        public static partial void UpstreamFailed(ILogger logger, int status, TaskId taskId);

        [LoggerMessage(7, LogLevel.Error, "spend: the model's service answered {Status} to task {TaskId}: the account's spend limit is reached or its credit is used up.")]
        public static partial void OutOfCredit(ILogger logger, int status, TaskId taskId);

        [LoggerMessage(8, LogLevel.Error, "config: the model's service does not know the model that task {TaskId} asks for; AGENT_MODEL, or label_models of the repository, names it.")]
        public static partial void UnknownModel(ILogger logger, TaskId taskId);
    }
}

/// <summary>What becomes of a call that the service refused: nothing special, or one of these.</summary>
/// <param name="IsForOtherKey">Another key is worth a try at once; the client hears nothing of it.</param>
/// <param name="Wait">This key is no good and the others rest for so long.</param>
/// <param name="IsFinal">Asking again cannot help.</param>
internal sealed record RefusedCall(bool IsForOtherKey = false, TimeSpan? Wait = null, bool IsFinal = false);
